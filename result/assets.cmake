# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT, a C file that defines each of ASSETS (a list of NAME=FILE) as result/assets.h declares it:
#   cmake -DASSETS='NAME=FILE;...' -DOUTPUT=assets.c -P result/assets.cmake
set(code "/* Made by result/assets.cmake; the licence of each part is its source's. */\n#include \"result/assets.h\"\n")
foreach(asset IN LISTS ASSETS)
    string(REGEX MATCH "^([^=]*)=(.*)$" matched "${asset}")
    set(name ${CMAKE_MATCH_1})
    file(READ "${CMAKE_MATCH_2}" bytes HEX)
    string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
    string(APPEND code "const char asset_${name}[] = {${bytes}'\\0'};\n"
                       "const size_t asset_${name}_size = sizeof(asset_${name}) - 1u;\n")
endforeach()
file(WRITE "${OUTPUT}" "${code}")
