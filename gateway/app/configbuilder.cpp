// SPDX-License-Identifier: MIT
#include "app/configbuilder.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace Tidegate {

namespace {

constexpr qsizetype MaxShownLength = 60;

QString shown(const QVariant &value)
{
    const QJsonDocument wrapped(QJsonObject{{QStringLiteral("v"), QJsonValue::fromVariant(value)}});
    const QString text = QString::fromUtf8(wrapped.toJson(QJsonDocument::Compact));
    return text.mid(5, text.size() - 6);
}

} // namespace

QStringList problemLines(const ConfigProblems &problems)
{
    QStringList lines;
    for (const ConfigProblem &problem : problems)
        lines.append(problem.toString());
    return lines;
}

void ConfigBuilder::setValue(const Setting &setting, const QVariant &value, const QString &place)
{
    if (setting.store(m_config, value))
        m_config.setBy.insert(setting.key, place);
    else
        refuseValue(setting, shown(value), place);
}

void ConfigBuilder::setText(const Setting &setting, const QString &text, const QString &place)
{
    if (const auto value = valueFromText(setting.shape, text))
        setValue(setting, *value, place);
    else
        refuseValue(setting, u'"' + text + u'"', place);
}

void ConfigBuilder::refuseValue(const Setting &setting, const QString &given, const QString &place)
{
    const bool isLong = given.size() > MaxShownLength;
    const QString visible = setting.isSecret
                                ? QStringLiteral("something else")
                                : given.left(MaxShownLength) + (isLong ? QStringLiteral("...") : QString());
    refuse(place,
           QStringLiteral("%1: expected %2; got %3").arg(QString::fromLatin1(setting.key), setting.expected, visible));
}

void ConfigBuilder::warn(const QString &place, const QString &text)
{
    m_config.warnings.append(ConfigProblem{place, text}.toString());
}

QString ConfigBuilder::placeOf(const QByteArray &key) const
{
    return m_config.setBy.value(key, QString::fromLatin1(key));
}

} // namespace Tidegate
