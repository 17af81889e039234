// What Heatsink uses of ISA-L, in a form that Swift can call: the library's stream is a structure of 100 KB.

#ifndef HEATSINK_ISAL_H
#define HEATSINK_ISAL_H

#include <stddef.h>
#include <stdint.h>

/// The most bytes that compressing `length` bytes can give.
size_t hs_zlib_bound(size_t length);

/// Compresses into a zlib stream (RFC 1950) at ISA-L's level 1. Returns its length, or 0 when it failed.
size_t hs_zlib_compress(const uint8_t *data, size_t length, uint8_t *compressed, size_t capacity);

/// The CRC of PNG and gzip.
uint32_t hs_crc32(const uint8_t *data, size_t length);

#endif
