# A static and a shared build may be installed in the same place, one after the other. Config.cmake.in chooses.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

if(BUILD_SHARED_LIBS)
  set(kind shared)
else()
  set(kind static)
endif()
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/backstop)

install(TARGETS backstop backstop_vouched EXPORT backstop INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/../include/backstop DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT backstop NAMESPACE backstop:: FILE backstop-${kind}.cmake DESTINATION ${package})

configure_package_config_file(cmake/Config.cmake.in backstopConfig.cmake
  INSTALL_DESTINATION ${package} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(backstopConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/backstopConfig.cmake ${PROJECT_BINARY_DIR}/backstopConfigVersion.cmake
  DESTINATION ${package})

# What the C++ compiler links of itself, and a C compiler has to be told.
set(cpp_library stdc++)
if("c++" IN_LIST CMAKE_CXX_IMPLICIT_LINK_LIBRARIES)
  set(cpp_library c++)
endif()
if(NOT BUILD_SHARED_LIBS)
  target_link_libraries(backstop INTERFACE $<INSTALL_INTERFACE:$<$<LINK_LANGUAGE:C>:${cpp_library}>>)
endif()

# For pkg-config. It finds the rest from where its own file lies, so that --prefix may say where that is.
set(pkgconfig ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
cmake_path(ABSOLUTE_PATH pkgconfig BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX} OUTPUT_VARIABLE absolute)
file(RELATIVE_PATH up ${absolute} ${CMAKE_INSTALL_PREFIX})
set(libdir "\${prefix}")
cmake_path(APPEND libdir ${CMAKE_INSTALL_LIBDIR})
set(includedir "\${prefix}")
cmake_path(APPEND includedir ${CMAKE_INSTALL_INCLUDEDIR})

set(needs -pthread)
foreach(library IN LISTS libraries cpp_library)
  string(APPEND needs " -l${library}")
endforeach()
if(BUILD_SHARED_LIBS)
  set(private "Libs.private: ${needs}")
else()
  set(public " ${needs}") # where there is no shared one beside it, nobody has to know to say --static
endif()
configure_file(cmake/backstop.pc.in backstop.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/backstop.pc DESTINATION ${pkgconfig})
