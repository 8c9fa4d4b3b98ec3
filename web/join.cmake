# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT, the page PAGE with PARTS in it, the names of all the files beside it:
#   cmake -DPAGE=web/report/report.html '-DPARTS=report.css;tools.js;...' -DOUTPUT=report.html -P web/join.cmake
# A line /*{{FILE name}}*/ of the page becomes the part of that name, without its first line (the licence's). The page's order counts, not that of PARTS;
# the page must name each part once and nothing else.
get_filename_component(folder "${PAGE}" DIRECTORY)
file(READ "${PAGE}" text)
foreach(file IN LISTS PARTS)
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
