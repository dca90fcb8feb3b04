// The elementary functions of the program, with the same bits on every machine and in a browser.
//
// C libraries differ in the last bit, and one library between processors with fused multiply-adds
// and without. So sim/base/elementary.cpp defines the C library's own functions of `double`:
//
//   exp  expm1  log  log1p  log10  pow  sinh  cosh  tanh
//
// The linker takes these before it looks into the C library, for our code and for libraries that
// are headers, such as Boost.Math. There is nothing to include: `std::exp` calls them. They compute
// with two doubles a number (Dekker: "A floating-point technique for extending the available
// precision", 1971), with nothing but sums, products and quotients, and round once: a result is the
// double next to the exact one, but for about one in a thousand million, where it is the one beside
// that. `exp` and `log` are computed more often, and quicker: of the results of `exp` one in a
// hundred, of `log` one in fifty thousand is the one beside.
#pragma once
