// SPDX-License-Identifier: MIT
#include "intent/postgres/parameters.h"

#include <QtEndian>

namespace Tidegate {

namespace {

// Fixed numbers of the server's built-in types.
constexpr unsigned ByteaType = 17;
constexpr unsigned Int8Type = 20;
constexpr unsigned ByteaArrayType = 1001;
constexpr unsigned Int8ArrayType = 1016;
constexpr int BinaryFormat = 1;

void appendInt32(QByteArray &out, qint32 number)
{
    char bytes[4];
    qToBigEndian(number, bytes);
    out.append(bytes, sizeof bytes);
}

} // namespace

void PgParameters::addInteger(qint64 number)
{
    Value value;
    value.type = Int8Type;
    value.isNumber = true;
    qToBigEndian(number, value.number.data());
    value.length = int(value.number.size());
    m_values.push_back(value);
}

void PgParameters::addBytes(QByteArrayView bytes)
{
    Value value;
    value.type = ByteaType;
    value.data = bytes.isEmpty() ? "" : bytes.data(); // a null pointer would be NULL
    value.length = int(bytes.size());
    m_values.push_back(value);
}

void PgParameters::addNull(unsigned type)
{
    Value value;
    value.type = type;
    m_values.push_back(value);
}

void PgParameters::addNullBytes()
{
    addNull(ByteaType);
}

void PgParameters::addNullBytesList()
{
    addNull(ByteaArrayType);
}

void PgParameters::addList(unsigned arrayType, unsigned elementType, const std::vector<QByteArrayView> &elements)
{
    QByteArray &out = m_lists.emplace_back();
    appendInt32(out, elements.empty() ? 0 : 1); // dimensions
    appendInt32(out, 0);                        // no NULL among them
    appendInt32(out, qint32(elementType));
    if (!elements.empty()) {
        appendInt32(out, qint32(elements.size()));
        appendInt32(out, 1); // number of the first
    }
    for (const QByteArrayView element : elements) {
        appendInt32(out, qint32(element.size()));
        out.append(element);
    }
    Value value;
    value.type = arrayType;
    value.data = out.constData();
    value.length = int(out.size());
    m_values.push_back(value);
}

void PgParameters::addBytesList(const QByteArrayList &list)
{
    addList(ByteaArrayType, ByteaType, {list.begin(), list.end()});
}

void PgParameters::addIntegerList(const std::vector<quint64> &numbers)
{
    std::vector<std::array<char, 8>> bytes(numbers.size());
    std::vector<QByteArrayView> elements;
    elements.reserve(numbers.size());
    for (size_t i = 0; i < numbers.size(); ++i) {
        qToBigEndian(numbers[i], bytes[i].data());
        elements.emplace_back(bytes[i].data(), qsizetype(bytes[i].size()));
    }
    addList(Int8ArrayType, Int8Type, elements);
}

void PgParameters::clear()
{
    m_values.clear();
    m_lists.clear();
}

const PgParameters::Arrays &PgParameters::arrays() const
{
    m_arrays.types.clear();
    m_arrays.values.clear();
    m_arrays.lengths.clear();
    for (const Value &value : m_values) {
        m_arrays.types.push_back(value.type);
        m_arrays.values.push_back(value.isNumber ? value.number.data() : value.data);
        m_arrays.lengths.push_back(value.length);
    }
    m_arrays.formats.assign(m_values.size(), BinaryFormat);
    return m_arrays;
}

} // namespace Tidegate
