// SPDX-License-Identifier: MIT
#include "bench/report.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>

#include <algorithm>

namespace Tidegate::Bench {

void Report::addLatency(const QByteArray &key, const QString &label, const Histogram &histogram)
{
    static constexpr struct
    {
        const char *name;
        double fraction;
    } Points[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}, {"max", 1.0}};
    for (const auto &point : Points) {
        const QByteArray figureKey = key + '_' + QByteArray(point.name).replace('.', '_') + "_us";
        add(figureKey, label + u' ' + QLatin1StringView(point.name) + QStringLiteral(", us"),
            double(histogram.percentile(point.fraction)) / 1000.0);
    }
}

void Report::addProblem(const QString &problem)
{
    if (m_problems.size() < MaxProblems)
        m_problems.append(problem);
    else
        ++m_moreProblems;
}

double Report::value(QByteArrayView key) const
{
    const auto found =
        std::find_if(m_figures.begin(), m_figures.end(), [key](const Figure &each) { return each.key == key; });
    return found == m_figures.end() ? 0 : found->value;
}

QByteArray Report::toText() const
{
    const QLocale locale = QLocale::c();
    qsizetype width = 0;
    for (const Figure &figure : m_figures)
        width = std::max(width, figure.label.size());
    QString text = m_title + u'\n';
    for (const Figure &figure : m_figures)
        text += QStringLiteral("  %1  %2\n")
                    .arg(figure.label.leftJustified(width), locale.toString(figure.value, 'f', figure.decimals));
    for (const QString &note : m_notes)
        text += QStringLiteral("  (%1)\n").arg(note);
    for (const QString &problem : m_problems)
        text += QStringLiteral("  ! %1\n").arg(problem);
    if (m_moreProblems > 0)
        text += QStringLiteral("  ! and %1 more\n").arg(m_moreProblems);
    return text.toUtf8();
}

QByteArray Report::toJson() const
{
    QJsonObject json{{QStringLiteral("title"), m_title},
                     {QStringLiteral("problems"), QJsonArray::fromStringList(m_problems)},
                     {QStringLiteral("more_problems"), qint64(m_moreProblems)},
                     {QStringLiteral("notes"), QJsonArray::fromStringList(m_notes)}};
    for (const Figure &figure : m_figures)
        json.insert(QString::fromLatin1(figure.key), figure.value);
    return QJsonDocument(json).toJson(QJsonDocument::Compact) + '\n';
}

} // namespace Tidegate::Bench
