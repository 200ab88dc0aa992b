// SPDX-License-Identifier: MIT
#pragma once

#include "bench/histogram.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <vector>

namespace Tidegate::Bench {

//! The outcome of a run: named figures in the order they are shown, and what went wrong. A value.
class Report
{
public:
    struct Figure
    {
        QByteArray key; //!< JSON name, with its unit: "deliveries_per_s"
        QString label;  //!< for people
        double value = 0;
        int decimals = 0;
    };

    explicit Report(QString title)
        : m_title(std::move(title))
    {
    }

    void add(const QByteArray &key, const QString &label, double value, int decimals = 0)
    {
        m_figures.push_back({key, label, value, decimals});
    }
    //! Percentiles in microseconds, under "<key>_p50_us" and so on.
    void addLatency(const QByteArray &key, const QString &label, const Histogram &histogram);
    //! Something worth telling that is not wrong.
    void addNote(const QString &note) { m_notes.append(note); }
    //! At most MaxProblems are kept; the rest is counted.
    void addProblem(const QString &problem);

    bool isClean() const { return m_problems.isEmpty(); }
    const QStringList &problems() const { return m_problems; }
    //! 0 if there is no such figure.
    double value(QByteArrayView key) const;

    QByteArray toText() const;
    QByteArray toJson() const;

private:
    static constexpr qsizetype MaxProblems = 10;

    QString m_title;
    std::vector<Figure> m_figures;
    QStringList m_notes;
    QStringList m_problems;
    qsizetype m_moreProblems = 0;
};

} // namespace Tidegate::Bench
