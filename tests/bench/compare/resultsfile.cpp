// SPDX-License-Identifier: MIT
#include "bench/compare/resultsfile.h"

#include <QFile>
#include <QLocale>
#include <QSaveFile>

#include <algorithm>

namespace Tidegate::Bench {

namespace {

constexpr auto Preamble = "# Comparison run\n"
                          "Written by `packaging/dev compare`, which replaces the sections of the rows it measures; "
                          "README.md says how to read them.\n";

//! The first ones are also shown as a multiple of the first server's.
constexpr size_t RatioColumns = 2;

//! First line of a section: the key, then words.
QString headingOf(const Row &row)
{
    return QStringLiteral("## %1: %2\n").arg(QString::fromLatin1(row.key), row.title);
}

QString number(double value, int decimals)
{
    QLocale locale = QLocale::c();
    locale.setNumberOptions(QLocale::DefaultNumberOptions); // thousands apart, which "C" leaves out
    return locale.toString(value, 'f', decimals);
}

QStringList headings(const RowOutcome &outcome)
{
    QStringList cells{QStringLiteral("server")};
    const std::vector<Column> &columns = columnsOf(outcome.row.scenario);
    for (const Column &column : columns)
        cells += column.heading;
    for (size_t i = 0; i < RatioColumns; ++i)
        cells += columns[i].heading.section(u',', 0, 0) + QStringLiteral(" x");
    return cells << QStringLiteral("faults");
}

QStringList cellsOf(const PeerOutcome &peer, const RowOutcome &outcome)
{
    QStringList cells{peer.label};
    const std::vector<Column> &columns = columnsOf(outcome.row.scenario);
    if (!peer.isMeasured()) {
        cells += peer.isInstalled ? QStringLiteral("failed") : QStringLiteral("not installed");
        for (size_t i = 0; i < columns.size() + RatioColumns; ++i)
            cells += QString();
        return cells;
    }
    for (const Column &column : columns) {
        const auto shown = [&](double value) {
            return column.isNoneAtZero && value == 0 ? QStringLiteral("-")
                                                     : number(value * column.scale, column.decimals);
        };
        cells += shown(peer.median(column.figure));
        if (cells.size() <= qsizetype(RatioColumns) + 1 && peer.reports.size() > 1)
            cells.back() +=
                QStringLiteral(" (%1-%2)").arg(shown(peer.least(column.figure)), shown(peer.most(column.figure)));
    }
    const PeerOutcome &reference = outcome.peers.front();
    for (size_t i = 0; i < RatioColumns; ++i) {
        const double base = reference.median(columns[i].figure);
        cells += base > 0 ? number(peer.median(columns[i].figure) / base, 2) : QString();
    }
    return cells << number(peer.faults(), 0);
}

QString markdown(const QList<QStringList> &rows)
{
    QList<qsizetype> widths(rows.front().size(), 3);
    for (const QStringList &row : rows) {
        for (qsizetype i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    }
    QString text;
    for (qsizetype line = 0; line < rows.size(); ++line) {
        for (qsizetype i = 0; i < widths.size(); ++i)
            text += QStringLiteral("| %1 ").arg(i == 0 ? rows[line][i].leftJustified(widths[i])
                                                       : rows[line][i].rightJustified(widths[i]));
        text += QStringLiteral("|\n");
        if (line > 0)
            continue;
        for (qsizetype i = 0; i < widths.size(); ++i)
            text += u'|' + QString(widths[i] + 1, u'-') + (i == 0 ? u'-' : u':');
        text += QStringLiteral("|\n");
    }
    return text;
}

//! Text before the first section, then the sections.
QStringList partsOf(const QString &text)
{
    QStringList parts;
    for (qsizetype from = 0; from < text.size();) {
        const qsizetype next = text.indexOf(QStringLiteral("\n## "), from);
        const qsizetype end = next < 0 ? text.size() : next + 1;
        parts += text.mid(from, end - from);
        from = end;
    }
    return parts;
}

//! Of the row whose section this is; beyond all of them if there is none.
size_t orderOf(const QString &part)
{
    const std::vector<Row> &rows = allRows();
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row &row) {
        return part.startsWith(QStringLiteral("## %1:").arg(QString::fromLatin1(row.key)));
    });
    return size_t(found - rows.begin());
}

} // namespace

QString sectionOf(const RowOutcome &outcome, const Outcomes &all, const Circumstances &circumstances)
{
    QList<QStringList> rows{headings(outcome)};
    for (const PeerOutcome &peer : outcome.peers)
        rows += cellsOf(peer, outcome);
    QString text = QStringLiteral("%1; %2; medians (least-most) of %3 x %4 s.\n\n")
                       .arg(circumstances.date, circumstances.machine)
                       .arg(circumstances.repetitions)
                       .arg(circumstances.seconds);
    text += markdown(rows);
    QStringList remarks = judge(outcome, all);
    for (const PeerOutcome &peer : outcome.peers) {
        for (const QString &problem : peer.problems)
            remarks += QStringLiteral("%1: %2").arg(peer.label, problem);
    }
    remarks.removeDuplicates();
    if (!remarks.isEmpty())
        text += u'\n';
    for (const QString &remark : std::as_const(remarks))
        text += QStringLiteral("- %1\n").arg(remark);
    return text;
}

Result<void> ResultsFile::replace(const Row &row, const QString &section) const
{
    QFile file(m_path);
    QStringList parts;
    if (file.open(QIODevice::ReadOnly))
        parts = partsOf(QString::fromUtf8(file.readAll()));
    const QString heading = headingOf(row);
    const size_t order = orderOf(heading);
    QStringList kept;
    for (const QString &part : std::as_const(parts)) {
        if (part.startsWith(QStringLiteral("## ")) && orderOf(part) != order)
            kept += part.trimmed() + u'\n';
    }
    kept += heading + section;
    std::stable_sort(kept.begin(), kept.end(),
                     [](const QString &one, const QString &other) { return orderOf(one) < orderOf(other); });
    QSaveFile out(m_path);
    const QByteArray text = Preamble + QByteArray("\n") + kept.join(u'\n').toUtf8();
    if (!out.open(QIODevice::WriteOnly) || out.write(text) != text.size() || !out.commit())
        return Error{ErrorCode::Storage, QStringLiteral("cannot write %1: %2").arg(m_path, out.errorString())};
    return {};
}

} // namespace Tidegate::Bench
