# lockstep_kernels(TARGET FOLDER)
#
# Compiles FOLDER/instruction_set.cpp into TARGET once for each instruction set of the processor
# family that the build is for; the program picks one when it runs. Optimized in every
# configuration: a kernel that is not is of no use, and inline functions stay inline.
function(lockstep_kernels target folder)
  set(sets baseline)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$" AND CMAKE_SIZEOF_VOID_P EQUAL 8)
    list(APPEND sets x86_64_v3 x86_64_v4)
    set_source_files_properties(${PROJECT_SOURCE_DIR}/${folder}/matrix_kernels.cpp PROPERTIES
      COMPILE_DEFINITIONS LOCKSTEP_X86_64_KERNELS)
  endif()
  foreach(set IN LISTS sets)
    set(kernels ${target}_${set})
    add_library(${kernels} OBJECT ${PROJECT_SOURCE_DIR}/${folder}/instruction_set.cpp)
    target_link_libraries(${kernels} PRIVATE Eigen3::Eigen lockstep_flags)
    target_compile_definitions(${kernels} PRIVATE LOCKSTEP_KERNELS=${set})
    # GCC 12 takes the undefined parts of AVX-512 intrinsics for uninitialized (bug 105593): perhaps
    # or, under the thread sanitizer, surely so.
    target_compile_options(${kernels} PRIVATE -fno-exceptions
      $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> $<$<CXX_COMPILER_ID:GNU>:-Wno-uninitialized> $<$<NOT:$<CONFIG:Release>>:-O2>)
    if(LOCKSTEP_WASM)
      lockstep_x86_64_vectors(${kernels})
    endif()
    if(NOT set STREQUAL baseline)
      string(REPLACE "_v" "-v" level ${set})
      string(REPLACE "x86_64" "x86-64" level ${level})
      target_compile_options(${kernels} PRIVATE -march=${level})
    endif()
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${kernels}>)
    list(APPEND objects ${set}=$<TARGET_OBJECTS:${kernels}>)
  endforeach()
  # For the test that reads their symbols.
  set_property(GLOBAL PROPERTY lockstep_kernel_objects ${objects})
endfunction()
