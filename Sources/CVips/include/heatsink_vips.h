// A small, flat door to libvips: Swift cannot call its variadic functions.
//
// Every function that can fail returns 0 on success and writes a message of at most HS_MESSAGE_BYTES to `message`
// otherwise. Buffers handed out belong to the caller and are freed by hs_vips_free.

#ifndef HEATSINK_VIPS_H
#define HEATSINK_VIPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HS_MESSAGE_BYTES 512
/// Bytes of a colour profile, at most.
#define HS_LARGEST_PROFILE (4 << 20)

/// A part of a file as a reader is to see it.
typedef struct {
    /// In the file, or in `literals`.
    int64_t offset;
    int64_t length;
    bool is_literal;
} hs_vips_piece;

/// A file of which readers see these pieces, one after the other, and nothing else.
typedef struct {
    /// null: it is in memory, at `data`.
    const char *path;
    const uint8_t *data;
    const uint8_t *literals;
    size_t literals_length;
    const hs_vips_piece *pieces;
    size_t piece_count;
} hs_vips_file;

/// What a file's header says, before a pixel of it is decoded.
typedef struct {
    char loader[48];
    int width;
    int height;
    int pages;
    bool has_alpha;
} hs_vips_header;

/// What decoding should yield: 8-bit sRGB of exactly `width` x `height`.
typedef struct {
    int width;
    int height;
    /// true: the surplus is cut off about the centre. false: the picture is stretched, by the fraction of a pixel to
    /// which its shape was rounded.
    bool fill;
    /// true: the alpha channel alone, at its own size (width and height are ignored).
    bool alpha_only;
} hs_vips_request;

typedef enum { HS_FORMAT_JPEG = 0, HS_FORMAT_WEBP = 1 } hs_vips_format;

/// Starts libvips once, with every loader blocked but those of JPEG, PNG, WebP and HEIF (AVIF, HEIC).
int hs_vips_start(char *message);

/// Reads the header of a file.
int hs_vips_probe(hs_vips_file file, hs_vips_header *header, char *message);

/// Decodes, turns upright, converts to sRGB, lays on white, resizes. `pixels` is interleaved, 3 channels (1 for alpha).
int hs_vips_decode(hs_vips_file file, hs_vips_request request, uint8_t **pixels, int *width, int *height,
                   char *message);

/// Resizes interleaved 8-bit pixels to exactly `to_width` x `to_height`. `fill`: keeps the shape and cuts off the
/// surplus about the centre instead of stretching.
int hs_vips_resize(const uint8_t *pixels, int width, int height, int channels, int to_width, int to_height, bool fill,
                   uint8_t **resized, char *message);

/// Encodes interleaved 8-bit RGB. `quality` is 0...100.
int hs_vips_encode(const uint8_t *pixels, int width, int height, hs_vips_format format, int quality, uint8_t **bytes,
                   size_t *length, char *message);

void hs_vips_free(void *buffer);

#endif
