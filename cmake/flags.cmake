# Flags of all our code, as the target `lockstep_flags`.

add_library(lockstep_flags INTERFACE)
target_include_directories(lockstep_flags INTERFACE ${PROJECT_SOURCE_DIR})

target_compile_options(lockstep_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  $<$<BOOL:${LOCKSTEP_WERROR}>:-Werror>
  -ffp-contract=off)  # fused multiply-adds would make results depend on the compiler

# Clang: -Wconversion means more than GCC's; the value of `co_await` counts as ignored where what is
# awaited is [[nodiscard]]; newer versions call doctest's __COUNTER__ a language extension; and
# std::stable_sort of GCC 12's library uses what that library calls deprecated.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(lockstep_flags INTERFACE -Wno-sign-conversion
    -Wno-implicit-int-float-conversion -Wno-unused-result -Wno-unknown-warning-option
    -Wno-c2y-extensions -Wno-deprecated-declarations)
endif()

# In WebAssembly places in memory have 32 bits, of numbers of 64 that count them.
if(LOCKSTEP_WASM)
  target_compile_options(lockstep_flags INTERFACE -Wno-shorten-64-to-32)
endif()

# GCC 12 sees overlapping copies in `"text" + string`, and copies past the ends of short strings,
# where there are none (GCC bugs 105651, 105329); the address sanitizer sees those that there are.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(lockstep_flags INTERFACE -Wno-restrict -Wno-array-bounds
    -Wno-stringop-overread -Wno-stringop-overflow)
endif()

# JSON_NOEXCEPTION holds for the whole program, the floors with exceptions included: nlohmann/json
# is inline code, of which the linker keeps one copy.
target_compile_definitions(lockstep_flags INTERFACE
  LOCKSTEP_VERSION="${PROJECT_VERSION}"
  JSON_NOEXCEPTION
  $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)

if(LOCKSTEP_SANITIZE)
  target_compile_options(lockstep_flags INTERFACE
    -fsanitize=${LOCKSTEP_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    # The program's behaviour is of interest; checking the tests' own made CI a quarter of an hour longer.
    $<$<STREQUAL:$<TARGET_PROPERTY:NAME>,lockstep_tests>:-fno-sanitize=undefined>
    # GCC's own manual: sanitizers make it see what is not there.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(lockstep_flags INTERFACE -fsanitize=${LOCKSTEP_SANITIZE})
endif()
