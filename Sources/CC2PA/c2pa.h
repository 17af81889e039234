// The part of the C interface of c2pa-rs 0.91 (libc2pa_c, in the wheel of c2pa-python 0.38.1) that Heatsink calls. The
// wheel brings no header. Written from the interface's documentation, c2pa_c_ffi in
// <https://github.com/contentauth/c2pa-rs>, and compared with the signatures that the wheel's own Python code declares.
//
// What a function gives is freed with c2pa_free, streams with c2pa_release_stream. A function that returns NULL or a
// negative number has left a message for c2pa_error on the same thread; mostly: some leave none, and the last one's stays.
#ifndef HEATSINK_C2PA_H
#define HEATSINK_C2PA_H

#include <stddef.h>
#include <stdint.h>

typedef struct C2paSettings C2paSettings;
typedef struct C2paContextBuilder C2paContextBuilder;
typedef struct C2paContext C2paContext;
typedef struct C2paSigner C2paSigner;
typedef struct C2paBuilder C2paBuilder;
typedef struct C2paReader C2paReader;
typedef struct C2paStream C2paStream;
typedef struct StreamContext StreamContext;

// Each returns how many bytes it moved, the new position or 0; -1 when it failed.
typedef intptr_t (*ReadCallback)(StreamContext *context, uint8_t *data, intptr_t length);
typedef intptr_t (*SeekCallback)(StreamContext *context, intptr_t offset, int mode);
typedef intptr_t (*WriteCallback)(StreamContext *context, const uint8_t *data, intptr_t length);
typedef intptr_t (*FlushCallback)(StreamContext *context);

enum { C2PA_SEEK_START = 0, C2PA_SEEK_CURRENT = 1, C2PA_SEEK_END = 2 };

typedef struct C2paSignerInfo {
    const char *alg;
    const char *sign_cert;
    const char *private_key;
    // May be NULL.
    const char *ta_url;
} C2paSignerInfo;

char *c2pa_version(void);
char *c2pa_error(void);
// Leaves a message "KIND: TEXT" for c2pa_error.
int c2pa_error_set_last(const char *message);
int c2pa_free(const void *value);

C2paStream *c2pa_create_stream(
    StreamContext *context, ReadCallback read, SeekCallback seek, WriteCallback write, FlushCallback flush);
void c2pa_release_stream(C2paStream *stream);

C2paSettings *c2pa_settings_new(void);
int c2pa_settings_update_from_string(C2paSettings *settings, const char *text, const char *format);

C2paSigner *c2pa_signer_from_info(const C2paSignerInfo *info);

C2paContextBuilder *c2pa_context_builder_new(void);
int c2pa_context_builder_set_settings(C2paContextBuilder *builder, C2paSettings *settings);
// Takes the signer over.
int c2pa_context_builder_set_signer(C2paContextBuilder *builder, C2paSigner *signer);
// Takes the builder over.
C2paContext *c2pa_context_builder_build(C2paContextBuilder *builder);

C2paBuilder *c2pa_builder_from_context(C2paContext *context);
// Takes the builder over and returns another.
C2paBuilder *c2pa_builder_with_definition(C2paBuilder *builder, const char *json);
int c2pa_builder_add_ingredient_from_stream(
    C2paBuilder *builder, const char *json, const char *format, C2paStream *source);
// Signs with the context's signer. Returns the manifest's size; its bytes, too, which the caller frees.
int64_t c2pa_builder_sign_context(
    C2paBuilder *builder, const char *format, C2paStream *source, C2paStream *destination,
    const unsigned char **manifest);

C2paReader *c2pa_reader_from_context(C2paContext *context);
// Takes the reader over and returns another.
C2paReader *c2pa_reader_with_stream(C2paReader *reader, const char *format, C2paStream *source);
char *c2pa_reader_json(C2paReader *reader);

#endif
