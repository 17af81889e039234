#include "heatsink_vips.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <vips/vips.h>

// libvips 8.14 removes its error text from a buffer that all threads share; this copies it out and empties it.
static int fail(char *message) {
    g_strlcpy(message, vips_error_buffer(), HS_MESSAGE_BYTES);
    vips_error_clear();
    g_strchomp(message);
    return -1;
}

static void ignore(const gchar *domain, GLogLevelFlags level, const gchar *text, gpointer data) {}

int hs_vips_start(char *message) {
    if (VIPS_INIT("heatsink") != 0) return fail(message);
    // A damaged upload is its sender's business, once for each scan line is nobody's.
    g_log_set_handler("VIPS", G_LOG_LEVEL_WARNING, ignore, NULL);
    // Jobs run beside each other already: one thread each keeps memory and switching down.
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    vips_block_untrusted_set(TRUE);
    vips_operation_block_set("VipsForeignLoad", TRUE);
    vips_operation_block_set("VipsForeignLoadJpeg", FALSE);
    vips_operation_block_set("VipsForeignLoadPng", FALSE);
    vips_operation_block_set("VipsForeignLoadWebp", FALSE);
    vips_operation_block_set("VipsForeignLoadHeif", FALSE);
    return 0;
}

// What a source of libvips reads: the pieces of a file, one after the other.
typedef struct {
    int descriptor;
    const uint8_t *data;
    uint8_t *literals;
    hs_vips_piece *pieces;
    size_t count;
    int64_t length;
    int64_t position;
} view;

static void view_free(gpointer pointer) {
    view *self = pointer;
    if (self->descriptor >= 0) close(self->descriptor);
    g_free(self->literals);
    g_free(self->pieces);
    g_free(self);
}

// Reads from one piece. Returns how much, 0 at the file's end, -1 when the file cannot be read.
static ssize_t view_copy(view *self, const hs_vips_piece *piece, int64_t within, uint8_t *buffer, size_t length) {
    int64_t offset = piece->offset + within;
    if (piece->is_literal || self->descriptor < 0) {
        memcpy(buffer, (piece->is_literal ? self->literals : self->data) + offset, length);
        return (ssize_t)length;
    }
    ssize_t got;
    do got = pread(self->descriptor, buffer, length, offset);
    while (got < 0 && errno == EINTR);
    return got;
}

static gint64 view_read(VipsSourceCustom *source, void *buffer, gint64 length, gpointer context) {
    view *self = context;
    gint64 done = 0;
    int64_t start = 0;
    for (size_t index = 0; index < self->count && done < length; index++) {
        const hs_vips_piece *piece = &self->pieces[index];
        while (done < length && self->position >= start && self->position < start + piece->length) {
            int64_t within = self->position - start;
            size_t wanted = (size_t)MIN(piece->length - within, length - done);
            ssize_t got = view_copy(self, piece, within, (uint8_t *)buffer + done, wanted);
            if (got < 0) return -1;
            if (got == 0) return done;
            done += got;
            self->position += got;
        }
        start += piece->length;
    }
    return done;
}

static gint64 view_seek(VipsSourceCustom *source, gint64 offset, int whence, gpointer context) {
    view *self = context;
    int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? self->position : self->length;
    if (offset < -base) return -1;
    self->position = base + offset;
    return self->position;
}

static VipsSource *open_source(hs_vips_file file) {
    int descriptor = -1;
    if (file.path && (descriptor = open(file.path, O_RDONLY | O_CLOEXEC)) < 0) {
        vips_error_system(errno, "heatsink", "the file cannot be opened");
        return NULL;
    }
    view *self = g_new0(view, 1);
    self->descriptor = descriptor;
    self->data = file.data;
    self->literals = g_memdup2(file.literals, file.literals_length);
    self->pieces = g_memdup2(file.pieces, file.piece_count * sizeof *file.pieces);
    self->count = file.piece_count;
    for (size_t index = 0; index < self->count; index++) self->length += self->pieces[index].length;
    VipsSourceCustom *source = vips_source_custom_new();
    g_object_set_data_full(G_OBJECT(source), "heatsink-view", self, view_free);
    g_signal_connect(source, "read", G_CALLBACK(view_read), self);
    g_signal_connect(source, "seek", G_CALLBACK(view_seek), self);
    return VIPS_SOURCE(source);
}

int hs_vips_probe(hs_vips_file file, hs_vips_header *header, char *message) {
    memset(header, 0, sizeof *header);
    VipsSource *source = open_source(file);
    if (!source) return fail(message);
    const char *loader = vips_foreign_find_load_source(source);
    if (!loader) {
        VIPS_UNREF(source);
        return fail(message);
    }
    g_strlcpy(header->loader, loader, sizeof header->loader);
    VipsImage *image = vips_image_new_from_source(source, "", "access", VIPS_ACCESS_SEQUENTIAL, NULL);
    VIPS_UNREF(source);
    if (!image) return fail(message);
    header->width = vips_image_get_width(image);
    header->height = vips_image_get_height(image);
    header->pages = vips_image_get_n_pages(image);
    header->has_alpha = vips_image_hasalpha(image);
    VIPS_UNREF(image);
    return 0;
}

// Takes over `image` and replaces it by the result of a step; on failure it is released.
#define STEP(call)                  \
    do {                            \
        VipsImage *next = NULL;     \
        int failed = (call);        \
        VIPS_UNREF(image);          \
        image = next;               \
        if (failed) return NULL;    \
    } while (0)

// Only pictures with a profile of their own are transformed: for the others the round trip through a profile
// connection space would cost a few values of precision. A profile that cannot be used is passed over, and so is one
// larger than any in use.
static VipsImage *apply_profile(VipsImage *image) {
    const void *profile;
    size_t length;
    if (!vips_image_get_typeof(image, VIPS_META_ICC_NAME)) return image;
    if (vips_image_get_blob(image, VIPS_META_ICC_NAME, &profile, &length) != 0 || length > HS_LARGEST_PROFILE) {
        vips_error_clear();
        return image;
    }
    VipsImage *transformed = NULL;
    if (vips_icc_transform(image, &transformed, "srgb", "embedded", TRUE, "intent", VIPS_INTENT_PERCEPTUAL, "depth", 8,
                           NULL) != 0) {
        vips_error_clear();
        return image;
    }
    VIPS_UNREF(image);
    return transformed;
}

static VipsImage *to_flat_srgb(VipsImage *image) {
    image = apply_profile(image);
    if (vips_image_get_interpretation(image) != VIPS_INTERPRETATION_sRGB)
        STEP(vips_colourspace(image, &next, VIPS_INTERPRETATION_sRGB, NULL));
    if (vips_image_hasalpha(image)) {
        double white[] = {255, 255, 255};
        VipsArrayDouble *background = vips_array_double_new(white, 3);
        VipsImage *next = NULL;
        int failed = vips_flatten(image, &next, "background", background, NULL);
        vips_area_unref(VIPS_AREA(background));
        VIPS_UNREF(image);
        image = next;
        if (failed) return NULL;
    }
    if (vips_image_get_bands(image) > 3) STEP(vips_extract_band(image, &next, 0, "n", 3, NULL));
    if (vips_image_get_format(image) != VIPS_FORMAT_UCHAR) STEP(vips_cast_uchar(image, &next, NULL));
    return image;
}

// Damage is an error here, not a warning.
static VipsImage *open_strictly(VipsSource *source) {
    return vips_image_new_from_source(source, "", "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                                      VIPS_FAIL_ON_ERROR, NULL);
}

static VipsImage *decode_alpha(VipsSource *source) {
    VipsImage *image = open_strictly(source);
    if (!image) return NULL;
    if (!vips_image_hasalpha(image)) {
        vips_error("heatsink", "the picture has no alpha channel");
        VIPS_UNREF(image);
        return NULL;
    }
    int shift = vips_image_get_format(image) == VIPS_FORMAT_USHORT ? 8 : 0;
    STEP(vips_extract_band(image, &next, vips_image_get_bands(image) - 1, NULL));
    if (shift) STEP(vips_rshift_const1(image, &next, shift, NULL));
    if (vips_image_get_format(image) != VIPS_FORMAT_UCHAR) STEP(vips_cast_uchar(image, &next, NULL));
    return image;
}

// An HEIF file may carry a thumbnail that shows anything, and the thumbnailer decodes that one where it is large
// enough. So the main picture is loaded first. The other loaders make the picture itself smaller as they decode it.
//
// libvips 8.14 does not hand the thumbnailer's own "fail_on" to the loader; the option string does reach it.
static VipsImage *decode_colour(VipsSource *source, hs_vips_request request) {
    VipsSize size = request.fill ? VIPS_SIZE_BOTH : VIPS_SIZE_FORCE;
    VipsInteresting crop = request.fill ? VIPS_INTERESTING_CENTRE : VIPS_INTERESTING_NONE;
    const char *loader = vips_foreign_find_load_source(source);
    if (!loader) return NULL;
    VipsImage *image = NULL;
    if (g_str_has_prefix(loader, "VipsForeignLoadHeif")) {
        image = open_strictly(source);
        if (!image) return NULL;
        STEP(vips_thumbnail_image(image, &next, request.width, "height", request.height, "size", size, "crop", crop,
                                  NULL));
    } else if (vips_thumbnail_source(source, &image, request.width, "height", request.height, "size", size, "crop",
                                     crop, "option_string", "[fail_on=error]", NULL) != 0) {
        return NULL;
    }
    return to_flat_srgb(image);
}

int hs_vips_decode(hs_vips_file file, hs_vips_request request, uint8_t **pixels, int *width, int *height,
                   char *message) {
    VipsSource *source = open_source(file);
    if (!source) return fail(message);
    VipsImage *image = request.alpha_only ? decode_alpha(source) : decode_colour(source, request);
    VIPS_UNREF(source);
    if (!image) return fail(message);
    size_t size = 0;
    *width = vips_image_get_width(image);
    *height = vips_image_get_height(image);
    *pixels = vips_image_write_to_memory(image, &size);
    VIPS_UNREF(image);
    return *pixels ? 0 : fail(message);
}

static VipsImage *wrap(const uint8_t *pixels, int width, int height, int channels) {
    size_t size = (size_t)width * height * channels;
    VipsImage *image = vips_image_new_from_memory(pixels, size, width, height, channels, VIPS_FORMAT_UCHAR);
    if (image) image->Type = channels == 1 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
    return image;
}

int hs_vips_resize(const uint8_t *pixels, int width, int height, int channels, int to_width, int to_height, bool fill,
                   uint8_t **resized, char *message) {
    VipsImage *image = wrap(pixels, width, height, channels);
    if (!image) return fail(message);
    VipsImage *output = NULL;
    int failed = vips_thumbnail_image(image, &output, to_width, "height", to_height, "size",
                                      fill ? VIPS_SIZE_BOTH : VIPS_SIZE_FORCE, "crop",
                                      fill ? VIPS_INTERESTING_CENTRE : VIPS_INTERESTING_NONE, NULL);
    if (failed) {
        VIPS_UNREF(image);
        return fail(message);
    }
    // The thumbnail may have given single-channel pictures another layout: the caller is promised what it asked for.
    if (vips_image_get_bands(output) != channels || vips_image_get_width(output) != to_width ||
        vips_image_get_height(output) != to_height || vips_image_get_format(output) != VIPS_FORMAT_UCHAR) {
        vips_error("heatsink", "resizing gave %d x %d with %d channels", vips_image_get_width(output),
                   vips_image_get_height(output), vips_image_get_bands(output));
        failed = 1;
    } else {
        size_t size = 0;
        *resized = vips_image_write_to_memory(output, &size);
        failed = *resized == NULL;
    }
    VIPS_UNREF(output);
    VIPS_UNREF(image);
    return failed ? fail(message) : 0;
}

int hs_vips_encode(const uint8_t *pixels, int width, int height, hs_vips_format format, int quality, uint8_t **bytes,
                   size_t *length, char *message) {
    VipsImage *image = wrap(pixels, width, height, 3);
    if (!image) return fail(message);
    void *buffer = NULL;
    int failed;
    if (format == HS_FORMAT_JPEG)
        // libjpeg's scale starts at 1.
        failed = vips_jpegsave_buffer(image, &buffer, length, "Q", quality < 1 ? 1 : quality, "optimize_coding", TRUE,
                                      NULL);
    else
        failed = vips_webpsave_buffer(image, &buffer, length, "Q", quality, "effort", 2, NULL);
    VIPS_UNREF(image);
    if (failed) return fail(message);
    *bytes = buffer;
    return 0;
}

void hs_vips_free(void *buffer) { g_free(buffer); }
