#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts the program's CRC into a linked image:  firmware/atmega328p/seal.py IMAGE.elf

CRC-16/CCITT as core/record.h has it, over the program but for its last two bytes, into the section .crc that these
are (firmware/atmega328p/selftest.h).
"""
import pathlib
import re
import subprocess
import sys
import tempfile

LIMITS = pathlib.Path(__file__).with_name("limits.h").read_text()
PROGRAM_BYTES = int(re.search(r"LIMIT_FLASH_BYTES (\d+)", LIMITS).group(1)) - 2


def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1) ^ (0x1021 if crc & 0x8000 else 0)
        crc &= 0xFFFF
    return crc


def main():
    image = sys.argv[1]
    with tempfile.TemporaryDirectory() as directory:
        binary = pathlib.Path(directory, "image.bin")
        subprocess.run(["avr-objcopy", "-O", "binary", image, str(binary)], check=True)
        program = binary.read_bytes()[:PROGRAM_BYTES]
        if len(program) != PROGRAM_BYTES:
            sys.exit(f"seal: {image} holds {len(program)} bytes of program, not {PROGRAM_BYTES}")
        seal = pathlib.Path(directory, "crc.bin")
        seal.write_bytes(crc16(program).to_bytes(2, "little"))
        subprocess.run(["avr-objcopy", "--update-section", f".crc={seal}", image], check=True)


main()
