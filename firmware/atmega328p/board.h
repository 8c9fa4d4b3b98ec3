/* SPDX-License-Identifier: Apache-2.0 */
/* The board that is built for: BOARD_HEADER is the file name of its header, given by the build. */
#ifndef FIRMWARE_ATMEGA328P_BOARD_H
#define FIRMWARE_ATMEGA328P_BOARD_H

#ifndef BOARD_HEADER
#error "the build names the board: -DBOARD_HEADER='\"firmware/atmega328p/board_product.h\"'"
#endif
#include BOARD_HEADER

#endif
