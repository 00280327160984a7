# zones_library(NAME [STATIC_TOO] SOURCES... [LINK libs...])
#   library NAME for ordinary programs; with STATIC_TOO also NAME_s for the
#   static ones (LINK libraries get the same suffix there).
# zones_program(NAME [STATIC] [HELPER] [UNREADABLE] SOURCES... [LINK libs...])
#   HELPER: installed in the libexec directory, not for people.
#   UNREADABLE: by others, who may run it: the kernel then keeps such a process
#   from being traced or looked into, from its first instruction on.
function(zones_library name)
  cmake_parse_arguments(A "STATIC_TOO" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${A_SOURCES})
  target_link_libraries(${name} PUBLIC ${A_LINK} PRIVATE zone_dynamic)
  if(A_STATIC_TOO)
    add_library(${name}_s STATIC ${A_SOURCES})
    list(TRANSFORM A_LINK APPEND _s)
    target_link_libraries(${name}_s PUBLIC ${A_LINK} PRIVATE zone_static)
  endif()
endfunction()

function(zones_program name)
  cmake_parse_arguments(A "STATIC;HELPER;UNREADABLE" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${A_SOURCES})
  if(A_STATIC)
    target_link_libraries(${name} PRIVATE ${A_LINK} zone_static)
  else()
    target_link_libraries(${name} PRIVATE ${A_LINK} zone_dynamic)
  endif()
  if(A_UNREADABLE)
    add_custom_command(TARGET ${name} POST_BUILD
      COMMAND chmod 0711 $<TARGET_FILE:${name}>)
    install(TARGETS ${name} DESTINATION ${ZONES_LIBEXECDIR}
      PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_EXECUTE
      WORLD_EXECUTE)
  elseif(A_HELPER)
    install(TARGETS ${name} DESTINATION ${ZONES_LIBEXECDIR})
  elseif(name MATCHES "^(zlogin|zonename|zonecp|zonestat|ppriv)$")
    install(TARGETS ${name} DESTINATION ${CMAKE_INSTALL_BINDIR})
  else()
    install(TARGETS ${name} DESTINATION ${CMAKE_INSTALL_SBINDIR})
  endif()
endfunction()
