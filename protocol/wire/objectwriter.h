// SPDX-License-Identifier: MIT
#pragma once

#include "wire/jsontext.h"

namespace Tidegate {

//! One JSON object under construction at the end of a byte array. Keys are our own and need no escaping.
class ObjectWriter
{
public:
    explicit ObjectWriter(QByteArray &out)
        : m_out(out)
    {
        m_out += '{';
    }

    ObjectWriter &text(QByteArrayView key, QByteArrayView value)
    {
        startMember(key);
        Json::appendString(m_out, value);
        return *this;
    }
    ObjectWriter &textIfAny(QByteArrayView key, QByteArrayView value)
    {
        return value.isEmpty() ? *this : text(key, value);
    }
    ObjectWriter &textOrNull(QByteArrayView key, QByteArrayView value)
    {
        return value.isEmpty() ? json(key, "null") : text(key, value);
    }
    ObjectWriter &json(QByteArrayView key, QByteArrayView value)
    {
        startMember(key);
        m_out += value;
        return *this;
    }
    template <typename Number>
    ObjectWriter &number(QByteArrayView key, Number value)
    {
        startMember(key);
        Json::appendNumber(m_out, value);
        return *this;
    }
    ObjectWriter &texts(QByteArrayView key, const QByteArrayList &list)
    {
        startMember(key);
        Json::appendStringArray(m_out, list);
        return *this;
    }
    //! Starts a member whose value the caller appends to \p out itself.
    void startMember(QByteArrayView key)
    {
        if (!m_isFirst)
            m_out += ',';
        m_isFirst = false;
        m_out += '"';
        m_out += key;
        m_out += "\":";
    }
    void end() { m_out += '}'; }

private:
    QByteArray &m_out;
    bool m_isFirst = true;
};

} // namespace Tidegate
