// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <span>

// Pieces of a JSON text that JsonWalk has validated already, hence no errors here. Pure functions, safe on any thread.

namespace Tidegate {

enum class JsonKind : quint8 { Absent, Object, Array, String, Number, True, False, Null };

//! One value inside a validated text, without surrounding whitespace; borrowed.
struct JsonSlice
{
    QByteArrayView text; //!< strings with their quotes
    JsonKind kind = JsonKind::Absent;

    bool isPresent() const { return kind != JsonKind::Absent; }
    bool is(JsonKind asked) const { return kind == asked; }
};

JsonKind jsonKindOf(char first);

//! The text of a JSON string. Half a surrogate pair, which JavaScript allows and UTF-8 cannot say, reads U+FFFD;
//! \p isLossy tells so.
QByteArray stringValue(const JsonSlice &string, bool *isLossy = nullptr);
//! True when the string (a value or a key) equals the ASCII text \p expected.
bool stringEquals(const JsonSlice &string, QByteArrayView expected);
//! Position of the string in \p names (ASCII), names.size() when it is none of them.
size_t indexOfName(const JsonSlice &string, std::span<const QByteArrayView> names);
//! Code points, the unit of minLength and maxLength in JSON schema.
qsizetype stringLength(const JsonSlice &string);
//! As IEEE double; numbers beyond its range read infinity, as in JavaScript.
double numberValue(QByteArrayView number);

//! \p utf8 cut to \p maxUnits UTF-16 units, the unit of JavaScript's slice(), but never through a surrogate pair.
QByteArray cutToUtf16(const QByteArray &utf8, qsizetype maxUnits);

//! Copy of \p json without insignificant whitespace.
QByteArray minified(QByteArrayView json);
//! \p json as it is, or minified if it has line breaks.
QByteArray jsonInOneLine(QByteArrayView json);

//! Walks the elements of an array or the members of an object: next() until it is false.
class JsonSliceReader
{
public:
    explicit JsonSliceReader(const JsonSlice &container);

    bool nextElement(JsonSlice &element);
    bool nextMember(JsonSlice &key, JsonSlice &value);

private:
    void skipTo();
    JsonSlice take();

    const char *m_at;
    const char *m_end;
};

} // namespace Tidegate
