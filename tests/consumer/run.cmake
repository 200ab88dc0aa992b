# SPDX-License-Identifier: MIT
# Installs the libraries into a folder of its own, builds the project here against them, and runs what it made.
# -DBUILD= -DSOURCE= -DWORK= -DGENERATOR= -DCOMPONENTS=Gateway;Shell
cmake_minimum_required(VERSION 3.21)

function(step name)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output TIMEOUT 300)
    if(NOT code EQUAL 0)
        message(FATAL_ERROR "${name} failed (${code}):\n${output}")
    endif()
    set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE "${WORK}")
file(READ "${SOURCE}/embed.cpp" text)
string(REPLACE ";" "" text "${text}") # would end an item of a list
string(REGEX MATCHALL "[^\n]+\n" lines "${text}")
list(FILTER lines EXCLUDE REGEX "^//")
list(LENGTH lines count)
if(count GREATER 20)
    message(FATAL_ERROR "embed.cpp has ${count} lines: embedding is promised in 20")
endif()
foreach(component IN LISTS COMPONENTS)
    step("install ${component}" "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/prefix"
        --component ${component})
endforeach()
step(configure "${CMAKE_COMMAND}" -S "${SOURCE}" -B "${WORK}/build" -G "${GENERATOR}"
    "-DCMAKE_PREFIX_PATH=${WORK}/prefix" "-DTIDEGATE_HEADERS=${WORK}/prefix/include/tidegate"
    "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}")
step(build "${CMAKE_COMMAND}" --build "${WORK}/build")
step("run embed" "${WORK}/build/embed" "${WORK}/data")
if(NOT output MATCHES "\"type\":\"hello\"")
    message(FATAL_ERROR "the embedded gateway did not greet its client:\n${output}")
endif()
if("Shell" IN_LIST COMPONENTS)
    step("run window" "${CMAKE_COMMAND}" -E env QT_QPA_PLATFORM=offscreen QT_QUICK_BACKEND=software
        QTWEBENGINE_DISABLE_SANDBOX=1 "${WORK}/build/window" "${WORK}/data")
endif()
