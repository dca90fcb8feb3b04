// emmintrin.h has it.
#pragma once

#include <emmintrin.h>
