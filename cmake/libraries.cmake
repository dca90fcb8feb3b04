# The libraries of the native program, from the system.
set(BUILD_SHARED_LIBS OFF)
find_package(Boost 1.74 REQUIRED COMPONENTS graph program_options)
find_package(fmt 9 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)

find_package(Eigen3 3.4 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(ZLIB REQUIRED)
find_package(Threads REQUIRED)

