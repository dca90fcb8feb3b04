// SSE2 on WebAssembly's vectors, by SIMDe: the matrix library then goes the same way as on an
// x86-64 processor, and every product has the same bits.
#pragma once

#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/sse2.h>
