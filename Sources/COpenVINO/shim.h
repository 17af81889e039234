#include <malloc.h>
#include <openvino/c/openvino.h>

// OpenVINO declares its property names as variables, which Swift rightly takes for shared mutable state.
// Few arenas, and large blocks straight from and to the system: what is freed does not stay with the process.
static inline void hs_keep_memory_small(void) {
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, 16 << 20);
}

static inline const char *hs_property_threads(void) { return ov_property_key_inference_num_threads; }
static inline const char *hs_property_streams(void) { return ov_property_key_num_streams; }
static inline const char *hs_property_precision(void) { return ov_property_key_hint_inference_precision; }
