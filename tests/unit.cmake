# How tests are declared.
#
# zones_unit_test(NAME [SOURCES more.c...] [LINK libs...])
#   tests/unit/test_NAME.c, a program of Check tests, in build/tests/unit.
# zones_fuzz_test(NAME [LINK libs...])
#   tests/fuzz/fuzz_NAME.c, one LLVMFuzzerTestOneInput, run as an ordinary test
#   over tests/fuzz/corpus/NAME/*; with -DZONES_FUZZ=ON (clang) a libFuzzer
#   program.
pkg_check_modules(CHECK IMPORTED_TARGET check)

function(zones_unit_test name)
  cmake_parse_arguments(A "" "" "SOURCES;LINK" ${ARGN})
  add_executable(test_${name}
    ${PROJECT_SOURCE_DIR}/tests/unit/test_${name}.c ${A_SOURCES})
  target_link_libraries(test_${name} PRIVATE
    ${A_LINK} zone_base PkgConfig::CHECK zone_dynamic)
  target_compile_definitions(test_${name} PRIVATE
    TEST_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    TEST_BINARY_DIR="${PROJECT_BINARY_DIR}")
  set_target_properties(test_${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/unit)
  add_test(NAME unit/${name} COMMAND test_${name})
endfunction()

function(zones_fuzz_test name)
  cmake_parse_arguments(A "" "" "LINK" ${ARGN})
  add_executable(fuzz_${name} ${PROJECT_SOURCE_DIR}/tests/fuzz/fuzz_${name}.c)
  target_link_libraries(fuzz_${name} PRIVATE ${A_LINK} zone_base zone_dynamic)
  if(ZONES_FUZZ)
    target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(fuzz_${name} PRIVATE
      ${PROJECT_SOURCE_DIR}/tests/fuzz/driver.c)
  endif()
  set_target_properties(fuzz_${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/fuzz)
  file(GLOB corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name}/*)
  add_test(NAME fuzz/${name} COMMAND fuzz_${name} ${corpus})
endfunction()
