// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QJsonObject>

namespace Tidegate::Ssma {

//! A subscription's filter object: shallow equality on payload fields (SSMA spec section 17). A value.
class RowFilter
{
public:
    RowFilter() = default; //!< lets everything through
    explicit RowFilter(const QByteArray &filterJson);

    bool isActive() const { return !m_fields.isEmpty(); }
    bool matches(const QByteArray &payloadJson) const;

private:
    QJsonObject m_fields;
};

} // namespace Tidegate::Ssma
