/* SPDX-License-Identifier: Apache-2.0 */
/* Texts in JSON. */
#ifndef RESULT_JSON_STRING_H
#define RESULT_JSON_STRING_H

#include <stdio.h>

/* Writes `text` as a string of JSON that may stand in a script of a page. */
void write_json_string(FILE *stream, const char *text);

#endif
