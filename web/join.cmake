# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT, the page PAGE with PARTS in it, the names of all the files beside it:
#   cmake -DPAGE=web/report/report.html '-DPARTS=report.css;tools.js;...' -DOUTPUT=report.html -P web/join.cmake
# A line /*{{FILE name}}*/ of the page becomes the part of that name, without its first line (the licence's), lines that are only a comment, and what lines
# are indented by: each report carries them. The page's order counts, not that of PARTS; the page must name each part once and nothing else.
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
    string(REGEX REPLACE "\n +" "\n" part "\n${part}")
    string(REGEX REPLACE "\n/\\*[^\n]*\\*/" "" part "${part}")
    string(REGEX REPLACE "\n\n+" "\n" part "${part}")
    string(SUBSTRING "${part}" 1 -1 part)
    string(REPLACE "${place}" "${part}" text "${text}")
endforeach()
if(text MATCHES "/\\*{{FILE ([^}]*)}}")
    message(FATAL_ERROR "${PAGE} names ${CMAKE_MATCH_1}, which is not beside it")
endif()
file(WRITE "${OUTPUT}" "${text}")
