# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT, the page PAGE with what it names in it:  cmake -DPAGE=web/report/report.html -DOUTPUT=report.html -P web/join.cmake
# A line /*{{FILE name}}*/ of the page becomes the file of that name beside it, without its first line (the licence's). Each .css and .js file beside the
# page must be named once.
get_filename_component(folder "${PAGE}" DIRECTORY)
file(READ "${PAGE}" text)
file(GLOB files RELATIVE "${folder}" "${folder}/*.css" "${folder}/*.js")
foreach(file IN LISTS files)
    set(place "/*{{FILE ${file}}}*/\n")
    string(FIND "${text}" "${place}" first)
    string(FIND "${text}" "${place}" last REVERSE)
    if(first EQUAL -1 OR NOT first EQUAL last)
        message(FATAL_ERROR "${PAGE} must have the line /*{{FILE ${file}}}*/ once")
    endif()
    file(READ "${folder}/${file}" part)
    string(FIND "${part}" "\n" end)
    math(EXPR end "${end} + 1")
    string(SUBSTRING "${part}" ${end} -1 part)
    string(REPLACE "${place}" "${part}" text "${text}")
endforeach()
if(text MATCHES "/\\*{{FILE ([^}]*)}}")
    message(FATAL_ERROR "${PAGE} names ${CMAKE_MATCH_1}, which is not beside it")
endif()
file(WRITE "${OUTPUT}" "${text}")
