# SPDX-License-Identifier: MIT
# What `cmake --install` puts where: programs, desktop entries, and the two libraries for find_package(Tidegate).
# Components: Programs, Gateway (library, headers, CMake package), Shell (the same of the desktop shell).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(TIDEGATE_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/Tidegate")
set(TIDEGATE_INCLUDE_DIR "${CMAKE_INSTALL_INCLUDEDIR}/tidegate")
# Programs find the libraries beside them wherever the tree is put.
file(RELATIVE_PATH bin_to_lib "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_LIBDIR}")
set(TIDEGATE_PROGRAM_RPATH "$ORIGIN/${bin_to_lib}")

# tidegate_install_headers(<component> <include root> <files below it>...)
function(tidegate_install_headers component root)
    foreach(file IN LISTS ARGN)
        get_filename_component(folder "${file}" DIRECTORY)
        install(FILES "${root}/${file}" DESTINATION "${TIDEGATE_INCLUDE_DIR}/${folder}" COMPONENT ${component})
    endforeach()
endfunction()

# tidegate_install_library(<target> <component>): <target> with its CMake file Tidegate<component>.cmake.
function(tidegate_install_library target component)
    install(TARGETS ${target} EXPORT Tidegate${component}
        LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT ${component} NAMELINK_COMPONENT ${component}
        INCLUDES DESTINATION "${TIDEGATE_INCLUDE_DIR}")
    install(EXPORT Tidegate${component} NAMESPACE Tidegate:: DESTINATION "${TIDEGATE_CMAKE_DIR}"
        COMPONENT ${component})
endfunction()

# tidegate_install_program(<target>)
function(tidegate_install_program target)
    set_target_properties(${target} PROPERTIES INSTALL_RPATH "${TIDEGATE_PROGRAM_RPATH}")
    install(TARGETS ${target} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT Programs)
endfunction()

configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/TidegateConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/TidegateConfig.cmake" INSTALL_DESTINATION "${TIDEGATE_CMAKE_DIR}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/TidegateConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/TidegateConfig.cmake" "${PROJECT_BINARY_DIR}/TidegateConfigVersion.cmake"
    DESTINATION "${TIDEGATE_CMAKE_DIR}" COMPONENT Gateway)

set(icons "${CMAKE_INSTALL_DATADIR}/icons/hicolor")
set(icon_files "${PROJECT_SOURCE_DIR}/packaging/desktop")
install(FILES "${icon_files}/tidegate.svg" DESTINATION "${icons}/scalable/apps" COMPONENT Programs)
foreach(size 48 128)
    install(FILES "${icon_files}/tidegate-${size}.png" DESTINATION "${icons}/${size}x${size}/apps"
        RENAME tidegate.png COMPONENT Programs)
endforeach()
