# SPDX-License-Identifier: MIT
# The two helpers every folder uses: one library target per folder, one ctest entry per test class.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_AUTOMOC ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

find_program(TIDEGATE_CCACHE ccache)
if(TIDEGATE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${TIDEGATE_CCACHE}")
endif()

function(tidegate_compile_rules target)
    target_compile_definitions(${target} PRIVATE
        QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_URL_CAST_FROM_STRING QT_NO_CAST_FROM_BYTEARRAY
        QT_NO_KEYWORDS QT_NO_FOREACH QT_NO_NARROWING_CONVERSIONS_IN_CONNECT
        TIDEGATE_VERSION="${PROJECT_VERSION}")
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion)
    if(TIDEGATE_WERROR)
        target_compile_options(${target} PRIVATE -Werror)
    endif()
endfunction()

# tidegate_add_library(NAME <Name> FILES <files...> LINKS <public...> PRIVATE_LINKS <private...>)
# Target Tidegate<Name>, alias Tidegate::<Name>. Includes are written from the folder above: "channel/hub.h".
function(tidegate_add_library)
    cmake_parse_arguments(arg "" "NAME" "FILES;LINKS;PRIVATE_LINKS" ${ARGN})
    add_library(Tidegate${arg_NAME} STATIC ${arg_FILES})
    add_library(Tidegate::${arg_NAME} ALIAS Tidegate${arg_NAME})
    target_include_directories(Tidegate${arg_NAME} PUBLIC
        "${PROJECT_SOURCE_DIR}/gateway" "${PROJECT_SOURCE_DIR}/protocol")
    target_link_libraries(Tidegate${arg_NAME} PUBLIC ${arg_LINKS} PRIVATE ${arg_PRIVATE_LINKS})
    tidegate_compile_rules(Tidegate${arg_NAME})
endfunction()

# tidegate_add_test(NAME <tst_name> FILES <files...> LINKS <targets...> [LABELS fast|net|client|fault|soak])
function(tidegate_add_test)
    cmake_parse_arguments(arg "" "NAME;TIMEOUT" "FILES;LINKS;LABELS" ${ARGN})
    if(NOT arg_FILES)
        set(arg_FILES ${arg_NAME}.cpp)
    endif()
    if(NOT arg_LABELS)
        set(arg_LABELS fast)
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 120)
    endif()
    add_executable(${arg_NAME} ${arg_FILES})
    target_include_directories(${arg_NAME} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    target_link_libraries(${arg_NAME} PRIVATE Qt6::Test ${arg_LINKS})
    tidegate_compile_rules(${arg_NAME})
    add_test(NAME ${arg_NAME} COMMAND ${arg_NAME})
    set_tests_properties(${arg_NAME} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT}
        ENVIRONMENT "QT_LOGGING_RULES=tidegate.*.debug=false")
endfunction()
