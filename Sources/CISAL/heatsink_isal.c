#include "heatsink_isal.h"

#include <isa-l.h>
#include <stdlib.h>

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
