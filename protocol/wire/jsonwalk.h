// SPDX-License-Identifier: MIT
#pragma once

#include "wire/jsonslice.h"

// Its parser has a member more or less by this definition, which comes with the target simdjson::simdjson.
#ifndef SIMDJSON_THREADS_ENABLED
#error "whoever includes this links simdjson::simdjson; wire/jsonline.h needs no such thing"
#endif
#include <simdjson.h>

#include <utility>
#include <vector>

namespace Tidegate {

//! Forward walk over one JSON text that validates everything it passes, which simdjson's on-demand walk alone does not
//! do for values nobody asks for: escapes, the grammar of numbers, literals, a depth limit. Numbers of any size are
//! fine, as in JavaScript. Not thread-safe.
//!
//! A visitor returns false to stop with "not JSON"; it must hand every value to readValue() or readMembers() or
//! readElements() exactly once.
class JsonWalk
{
public:
    using Value = simdjson::ondemand::value;

    static constexpr int MaxDepth = 64;
    //! The depth to start a value at, so that \p levels containers may stand inside each other there.
    static constexpr int depthThatLeaves(int levels) { return MaxDepth - levels; }
    //! Buffers for texts up to this size stay; what a bigger text needed is given back by release().
    static constexpr size_t KeptBytes = 64 * 1024;

    //! Walks a text whose root is an object: visit(JsonSlice key, Value value) per member.
    template <typename Visitor>
    bool walkObject(QByteArrayView text, Visitor visit);
    //! Validates any text of at most \p levels containers inside each other; \p root lies in the walk's own buffer and
    //! lives until the next text.
    bool walkAny(QByteArrayView text, JsonSlice &root, int levels = MaxDepth);
    //! \p text in one line if it is JSON with at most \p levels containers inside each other, else empty.
    QByteArray line(QByteArrayView text, int levels = MaxDepth);
    //! Call after the slices of a text are no longer needed.
    void release();

    //! Validates \p value with all inside. \p depth counts the containers around it.
    static bool readValue(Value value, int depth, JsonSlice &slice);
    template <typename Visitor>
    static bool readMembers(Value value, int depth, JsonSlice &slice, Visitor visit);
    template <typename Visitor>
    static bool readElements(Value value, int depth, JsonSlice &slice, Visitor visit);
    static JsonKind kindOf(Value value);

private:
    bool open(QByteArrayView text, simdjson::ondemand::document &document);
    static bool isAtEnd(simdjson::ondemand::document &document);
    template <typename Visitor>
    static bool visitFields(simdjson::ondemand::object &object, Visitor visit);
    static bool readKey(simdjson::ondemand::field &field, JsonSlice &key);
    static bool readScalar(QByteArrayView token, JsonSlice &slice);
    static bool closeContainer(Value &value, const char *begin, char bracket, JsonSlice &slice);

    simdjson::ondemand::parser m_parser;
    std::vector<char> m_buffer;
    qsizetype m_size = 0;
};

template <typename Visitor>
bool JsonWalk::visitFields(simdjson::ondemand::object &object, Visitor visit)
{
    for (auto result : object) {
        simdjson::ondemand::field field;
        JsonSlice key;
        if (std::move(result).get(field) != simdjson::SUCCESS || !readKey(field, key) || !visit(key, field.value()))
            return false;
    }
    return true;
}

template <typename Visitor>
bool JsonWalk::walkObject(QByteArrayView text, Visitor visit)
{
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    return open(text, document) && document.get_object().get(object) == simdjson::SUCCESS &&
           visitFields(object, visit) && isAtEnd(document);
}

template <typename Visitor>
bool JsonWalk::readMembers(Value value, int depth, JsonSlice &slice, Visitor visit)
{
    const char *const begin = value.raw_json_token().data();
    simdjson::ondemand::object object;
    return depth < MaxDepth && value.get_object().get(object) == simdjson::SUCCESS && visitFields(object, visit) &&
           closeContainer(value, begin, '}', slice);
}

template <typename Visitor>
bool JsonWalk::readElements(Value value, int depth, JsonSlice &slice, Visitor visit)
{
    const char *const begin = value.raw_json_token().data();
    simdjson::ondemand::array array;
    if (depth >= MaxDepth || value.get_array().get(array) != simdjson::SUCCESS)
        return false;
    for (auto result : array) {
        Value element;
        if (result.get(element) != simdjson::SUCCESS || !visit(element))
            return false;
    }
    return closeContainer(value, begin, ']', slice);
}

} // namespace Tidegate
