# Warnings, hardening and sanitizers for every target of ours: the interface
# target zone_flags. Includes are written from the root of the source; -iquote,
# never -I, or our net/ would stand in front of the system's <net/if.h>.
add_library(zone_flags INTERFACE)
target_compile_options(zone_flags INTERFACE
  -iquote ${PROJECT_SOURCE_DIR}
  -include ${PROJECT_SOURCE_DIR}/base/banned.h
  -Wall -Wextra -Wshadow -Wundef -Wformat=2 -Wpointer-arith -Wcast-align
  -Wcast-qual -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes
  -Wold-style-definition -Wvla -Wswitch-enum -Wimplicit-fallthrough
  -Wnull-dereference -Wno-missing-field-initializers
  -fstack-protector-strong -fstack-clash-protection)
target_compile_definitions(zone_flags INTERFACE
  _GNU_SOURCE ZONES_LIBEXECDIR="${ZONES_LIBEXECDIR}"
  ZONES_VERSION="${PROJECT_VERSION}")
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  target_compile_options(zone_flags INTERFACE
    -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wjump-misses-init
    -Wformat-signedness)
else()
  # clang calls a variable unused that is there for its clean-up.
  target_compile_options(zone_flags INTERFACE -Wno-unused-variable)
endif()
check_c_compiler_flag(-fcf-protection ZONES_HAVE_CF_PROTECTION)
if(ZONES_HAVE_CF_PROTECTION)
  target_compile_options(zone_flags INTERFACE -fcf-protection)
endif()
target_link_options(zone_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
if(ZONES_WERROR)
  target_compile_options(zone_flags INTERFACE -Werror)
endif()

# For programs and libraries of the ordinary libc.
add_library(zone_dynamic INTERFACE)
target_link_libraries(zone_dynamic INTERFACE zone_flags)
# Not in zone_flags: the macros of musl's headers do not pass it.
target_compile_options(zone_dynamic INTERFACE -fPIE -Wconversion)
# A program with the property STATIC_PIE holds its libraries itself.
target_link_options(zone_dynamic INTERFACE
  $<IF:$<BOOL:$<TARGET_PROPERTY:STATIC_PIE>>,-static-pie,-pie>)
if(ZONES_SANITIZE)
  target_compile_options(zone_dynamic INTERFACE
    -fsanitize=address,undefined -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(zone_dynamic INTERFACE -fsanitize=address,undefined)
  target_compile_definitions(zone_dynamic INTERFACE ZONES_SANITIZE=1)
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_compile_options(zone_dynamic INTERFACE -D_FORTIFY_SOURCE=3)
  else()
    target_compile_options(zone_dynamic INTERFACE -D_FORTIFY_SOURCE=2)
  endif()
endif()

# For what is resident, enters a zone or stands on the boot path: small static
# programs, not position independent, because a page fault is what a start
# costs (docs/decisions/0001-static-musl.md). musl through gcc's spec file;
# where there is none (clang, sanitizers), the ordinary libc.
add_library(zone_static INTERFACE)
set(ZONES_MUSL_SPECS /usr/lib/${CMAKE_C_LIBRARY_ARCHITECTURE}/../${CMAKE_SYSTEM_PROCESSOR}-linux-musl/musl-gcc.specs)
if(ZONES_STATIC AND NOT ZONES_SANITIZE AND CMAKE_C_COMPILER_ID STREQUAL "GNU"
   AND EXISTS ${ZONES_MUSL_SPECS})
  message(STATUS "static programs: musl")
  target_link_libraries(zone_static INTERFACE zone_flags)
  target_compile_options(zone_static INTERFACE
    -specs=${ZONES_MUSL_SPECS} "SHELL:-idirafter /usr/include"
    "SHELL:-idirafter /usr/include/${CMAKE_C_LIBRARY_ARCHITECTURE}"
    -fno-pie -Os -ffunction-sections -fdata-sections -U_FORTIFY_SOURCE)
  target_link_options(zone_static INTERFACE
    -specs=${ZONES_MUSL_SPECS} -static -no-pie -Wl,--gc-sections)
elseif(ZONES_STATIC AND NOT ZONES_SANITIZE)
  message(STATUS "static programs: the ordinary libc")
  target_link_libraries(zone_static INTERFACE zone_flags)
  target_compile_options(zone_static INTERFACE
    -fno-pie -ffunction-sections -fdata-sections)
  target_link_options(zone_static INTERFACE -static -no-pie -Wl,--gc-sections)
else()
  message(STATUS "static programs: none, dynamic ones instead")
  target_link_libraries(zone_static INTERFACE zone_dynamic)
  target_compile_options(zone_static INTERFACE
    -Wno-conversion -Wno-sign-conversion)
endif()
