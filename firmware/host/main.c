/* SPDX-License-Identifier: Apache-2.0 */
/* smallbms-device: the device's program as a process, spoken to on standard input (protocol.h). */
#include <stdio.h>
#include <stdlib.h>

#include "firmware/host/protocol.h"

int main(void)
{
    if (!protocol_run(stdin, stdout)) {
        fprintf(stderr, "smallbms-device: cannot write to standard output\n");
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
