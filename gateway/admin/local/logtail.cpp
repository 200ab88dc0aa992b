// SPDX-License-Identifier: MIT
#include "admin/local/logtail.h"

#include <QJsonDocument>

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;

void LogTail::push(const QByteArray &line)
{
    const std::lock_guard lock(m_mutex);
    m_lines.push_back(line);
    m_bytes += line.size();
    while (m_lines.size() > MaxLines || (m_bytes > MaxBytes && m_lines.size() > 1)) {
        m_bytes -= m_lines.front().size();
        m_lines.pop_front();
    }
    m_newest.fetch_add(1, std::memory_order_relaxed);
}

std::vector<LogTail::Line> LogTail::after(qint64 number, size_t max) const
{
    const std::lock_guard lock(m_mutex);
    const qint64 newest = m_newest.load(std::memory_order_relaxed);
    const auto count = std::min({max, m_lines.size(), size_t(std::max<qint64>(0, newest - number))});
    std::vector<Line> lines;
    lines.reserve(count);
    for (size_t i = m_lines.size() - count; i < m_lines.size(); ++i)
        lines.push_back({newest - qint64(m_lines.size() - 1 - i), m_lines[i]});
    return lines;
}

QJsonObject LogTail::rowOf(const Line &line)
{
    const QJsonObject json = QJsonDocument::fromJson(line.json).object();
    QJsonObject row{{u"number"_s, line.number},
                    {u"at"_s, json[u"timestamp"_s]},
                    {u"level"_s, json[u"level"_s]},
                    {u"type"_s, json[u"type"_s]},
                    {u"data"_s, json[u"data"_s]}};
    for (const auto &[column, member] : {std::pair(u"user"_s, u"userId"_s), std::pair(u"session"_s, u"sessionId"_s)}) {
        if (json[member].isString())
            row.insert(column, json[member]);
    }
    return row;
}

void LogProvider::collect(Answer<TablePtr> done)
{
    for (const LogTail::Line &line : m_tail.after(m_parsed)) {
        m_rows.append(LogTail::rowOf(line));
        m_parsed = line.number;
    }
    if (m_rows.size() > qsizetype(LogTail::MaxLines))
        m_rows.remove(0, m_rows.size() - qsizetype(LogTail::MaxLines));
    done(TablePtr(std::make_shared<ObjectTable>(m_rows)));
}

} // namespace Tidegate::Admin
