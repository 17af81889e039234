#include <malloc.h>
#include <openvino/c/openvino.h>

// OpenVINO declares its property names as variables, which Swift rightly takes for shared mutable state.
static inline const char *hs_property_threads(void) { return ov_property_key_inference_num_threads; }
static inline const char *hs_property_streams(void) { return ov_property_key_num_streams; }
static inline const char *hs_property_precision(void) { return ov_property_key_hint_inference_precision; }
