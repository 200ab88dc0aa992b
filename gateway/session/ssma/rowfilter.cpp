// SPDX-License-Identifier: MIT
#include "session/ssma/rowfilter.h"

#include <QJsonDocument>

namespace Tidegate::Ssma {

RowFilter::RowFilter(const QByteArray &filterJson)
    : m_fields(QJsonDocument::fromJson(filterJson).object())
{
}

bool RowFilter::matches(const QByteArray &payloadJson) const
{
    if (m_fields.isEmpty())
        return true;
    const QJsonObject payload = QJsonDocument::fromJson(payloadJson).object();
    for (auto field = m_fields.begin(); field != m_fields.end(); ++field) {
        if (payload.value(field.key()) != field.value())
            return false;
    }
    return true;
}

} // namespace Tidegate::Ssma
