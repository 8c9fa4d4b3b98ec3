/* SPDX-License-Identifier: Apache-2.0 */
/* The board that is built for: BOARD_HEADER is the file name of its header, given by the build. */
#ifndef BOARD_H
#define BOARD_H

#ifndef BOARD_HEADER
#error "the build names the board: -DBOARD_HEADER='\"firmware/board_product.h\"'"
#endif
#include BOARD_HEADER

#endif
