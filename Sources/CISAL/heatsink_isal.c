#include "heatsink_isal.h"

#include <isa-l.h>
#include <stdlib.h>
#include <string.h>

size_t hs_zlib_bound(size_t length) {
    // Stored blocks of at most 65,535 bytes have 5 bytes of header; the stream has 6 of its own.
    return length + 5 * (length / 65535 + 1) + 64;
}

size_t hs_zlib_compress(const uint8_t *data, size_t length, uint8_t *compressed, size_t capacity) {
    if (length > UINT32_MAX || capacity > UINT32_MAX) return 0;
    struct isal_zstream *stream = malloc(sizeof *stream);
    uint8_t *level_buffer = malloc(ISAL_DEF_LVL1_DEFAULT);
    size_t written = 0;
    if (stream && level_buffer) {
        isal_deflate_init(stream);
        stream->level = 1;
        stream->level_buf = level_buffer;
        stream->level_buf_size = ISAL_DEF_LVL1_DEFAULT;
        stream->gzip_flag = IGZIP_ZLIB;
        stream->end_of_stream = 1;
        stream->flush = NO_FLUSH;
        stream->next_in = (uint8_t *)data;
        stream->avail_in = (uint32_t)length;
        stream->next_out = compressed;
        stream->avail_out = (uint32_t)capacity;
        int status = isal_deflate(stream);
        if (status == COMP_OK && stream->internal_state.state == ZSTATE_END) written = stream->total_out;
    }
    free(level_buffer);
    free(stream);
    return written;
}

uint32_t hs_crc32(const uint8_t *data, size_t length) { return crc32_gzip_refl(0, data, length); }

hs_zlib_outcome hs_zlib_expand(const uint8_t *data, size_t length, uint8_t *first, size_t capacity, size_t limit,
                               size_t *total) {
    enum { block = 65536 };
    *total = 0;
    struct inflate_state *state = malloc(sizeof *state);
    uint8_t *output = malloc(block);
    hs_zlib_outcome outcome = HS_ZLIB_BROKEN;
    if (state && output && length <= UINT32_MAX) {
        isal_inflate_init(state);
        state->crc_flag = ISAL_ZLIB;
        state->next_in = (uint8_t *)data;
        state->avail_in = (uint32_t)length;
        for (;;) {
            state->next_out = output;
            state->avail_out = block;
            int status = isal_inflate(state);
            size_t written = block - state->avail_out;
            if (*total < capacity) memcpy(first + *total, output, written < capacity - *total ? written : capacity - *total);
            *total += written;
            if (*total > limit) {
                outcome = HS_ZLIB_MORE;
                break;
            }
            if (state->block_state == ISAL_BLOCK_FINISH) {
                outcome = HS_ZLIB_WHOLE;
                break;
            }
            // Without progress there is nothing more to come.
            if (status < 0 || written == 0) break;
        }
    }
    free(output);
    free(state);
    return outcome;
}
