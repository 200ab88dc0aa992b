// SPDX-License-Identifier: MIT
#include "qml/models/tone.h"

#include <QHash>
#include <QJsonObject>

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

QString toneOf(const QString &word)
{
    static const QHash<QString, QString> Tones{
        {u"acked"_s, u"good"_s},        {u"received"_s, u"info"_s},    {u"forwarded"_s, u"info"_s},
        {u"exact"_s, u"good"_s},        {u"done"_s, u"good"_s},        {u"active"_s, u"good"_s},
        {u"pending"_s, u"info"_s},      {u"info"_s, u"info"_s},        {u"snapshot"_s, u"info"_s},
        {u"rejected"_s, u"warning"_s},  {u"conflict"_s, u"warning"_s}, {u"warn"_s, u"warning"_s},
        {u"partial"_s, u"warning"_s},   {u"delayed"_s, u"warning"_s},  {u"filtered"_s, u"info"_s},
        {u"dropped"_s, u"warning"_s},   {u"refused"_s, u"warning"_s},  {u"failed"_s, u"bad"_s},
        {u"indeterminate"_s, u"bad"_s}, {u"error"_s, u"bad"_s},        {u"gap"_s, u"bad"_s},
        {u"closed"_s, u"bad"_s},        {u"denied"_s, u"bad"_s},       {u"disabled"_s, u"quiet"_s},
        {u"answered"_s, u"quiet"_s},    {u"marked"_s, u"info"_s},      {u"handled"_s, u"good"_s},
        {u"debug"_s, u"quiet"_s},       {u"volatile"_s, u"quiet"_s},   {u"durable"_s, u"good"_s},
    };
    return Tones.value(word);
}

QString toneOf(const Admin::Column &column, const QJsonValue &value)
{
    static const QHash<QString, QString> Colours{
        {u"red"_s, u"bad"_s},   {u"amber"_s, u"warning"_s}, {u"green"_s, u"good"_s},
        {u"blue"_s, u"info"_s}, {u"violet"_s, u"info"_s},   {u"none"_s, u"quiet"_s},
    };
    if (column.type == Admin::ColumnType::Enum)
        return toneOf(value.toString());
    if (column.name == MarkColumn)
        return Colours.value(value.toObject()[u"colour"_s].toString());
    return {};
}

} // namespace Tidegate::Console
