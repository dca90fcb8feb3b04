# cmake -D NM=nm -D SET=x86_64_v3 -D OBJECT=kernels.o -P check_kernel_symbols.cmake
#
# Fails where the kernels of one instruction set define a symbol that does not carry the set's name:
# another object may define it too, the linker keeps one of the two, and a processor without the
# set's instructions may run into them.
execute_process(COMMAND ${NM} --defined-only --extern-only ${OBJECT}
  OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" symbols "${symbols}")
set(count 0)
foreach(symbol IN LISTS symbols)
  if(symbol MATCHES " [A-Za-z] (.*)$")
    set(name ${CMAKE_MATCH_1})
    math(EXPR count "${count} + 1")
    if(NOT name MATCHES "${SET}")
      message(SEND_ERROR "${OBJECT} defines ${name}, which is not of ${SET} alone")
    endif()
  endif()
endforeach()
if(count LESS 4)
  message(FATAL_ERROR "${OBJECT} defines ${count} symbols: the four kernels are not all there")
endif()
message(STATUS "${count} symbols, all of ${SET} alone")
