// What Heatsink uses of ISA-L, in a form that Swift can call: the library's stream is a structure of 100 KB.

#ifndef HEATSINK_ISAL_H
#define HEATSINK_ISAL_H

#include <stddef.h>
#include <stdint.h>

/// The most bytes that compressing `length` bytes can give.
size_t hs_zlib_bound(size_t length);

/// Compresses into a zlib stream (RFC 1950) at ISA-L's level 1. Returns its length, or 0 when it failed.
size_t hs_zlib_compress(const uint8_t *data, size_t length, uint8_t *compressed, size_t capacity);

typedef enum { HS_ZLIB_WHOLE = 0, HS_ZLIB_MORE = 1, HS_ZLIB_BROKEN = 2 } hs_zlib_outcome;

/// Expands a zlib stream (RFC 1950) to learn how large it is, and stops once that is more than `limit` bytes. `total` is
/// what was expanded; the first `capacity` bytes of it are written to `first`.
hs_zlib_outcome hs_zlib_expand(const uint8_t *data, size_t length, uint8_t *first, size_t capacity, size_t limit,
                               size_t *total);

/// The CRC of PNG and gzip.
uint32_t hs_crc32(const uint8_t *data, size_t length);

#endif
