// SPDX-License-Identifier: MIT
#include "intent/postgres/queries.h"

#include "intent/postgres/rows.h"

#include <algorithm>
#include <limits>

namespace Tidegate {

namespace {

//! Writes the text and gathers the parameters it names.
class Composer
{
public:
    Composer(const IntentQuery &query, quint64 lowestSeq)
        : m_query(query)
        , m_lowestSeq(lowestSeq)
    {
    }

    PgQuery log() &&;
    PgQuery inbox() &&;

private:
    QByteArray number(qint64 value)
    {
        m_out.parameters.addInteger(value);
        return '$' + QByteArray::number(m_out.parameters.count());
    }
    QByteArray bytes(const QByteArray &value)
    {
        m_out.parameters.addBytes(value);
        return '$' + QByteArray::number(m_out.parameters.count());
    }
    //! In the form its indexes are made in.
    QByteArray isChannel(const QByteArray &column)
    {
        const QByteArray channel = bytes(*m_query.channel);
        return " AND substring(" + column + " FROM 1 FOR 120) = substring(" + channel + " FROM 1 FOR 120) AND " +
               column + " = " + channel;
    }
    void appendPlace();
    void appendFilters();
    void appendSeqs(const QByteArray &column);
    void appendOrder(const QByteArray &place);
    void appendByChannel();

    const IntentQuery &m_query;
    const quint64 m_lowestSeq;
    PgQuery m_out;
};

QByteArray select(const QByteArray &seq)
{
    return "SELECT " + seq + " AS place, i.inserted_at AS since, " + PgRows::columns("i.");
}

QByteArray outerSelect(const QByteArray &seq, const QByteArray &inner)
{
    return "SELECT " + seq + ", " + PgRows::columns() + " FROM (" + inner + ") rows";
}

void Composer::appendPlace()
{
    if (m_query.site)
        m_out.text += " AND i.site = " + bytes(*m_query.site);
    if (m_query.channel) {
        const QByteArray channel = bytes(*m_query.channel);
        m_out.text += " AND (i.channel = " + channel + " OR " + channel + " = ANY(i.channels))";
    }
}

void Composer::appendFilters()
{
    if (m_query.insertedSinceMs)
        m_out.text += " AND i.inserted_at >= " + number(*m_query.insertedSinceMs);
    if (m_query.reason)
        m_out.text += " AND " + bytes(*m_query.reason) + " = ANY(i.reasons)";
}

void Composer::appendSeqs(const QByteArray &column)
{
    constexpr quint64 MaxSeq = std::numeric_limits<qint64>::max();
    const quint64 afterSeq = std::min(m_query.afterSeq, MaxSeq - 1);
    m_out.text += ' ' + column + " BETWEEN " + number(qint64(std::max(afterSeq + 1, m_lowestSeq))) + " AND " +
                  number(qint64(m_query.untilSeq ? std::min(m_query.untilSeq, MaxSeq) : MaxSeq));
}

void Composer::appendOrder(const QByteArray &place)
{
    const QByteArray direction = m_query.newestFirst ? " DESC" : "";
    m_out.text += " ORDER BY " + (m_query.byInsertion ? "since" + direction + ", " : QByteArray()) + place + direction +
                  " LIMIT " + number(std::max<qsizetype>(m_query.limit, 0));
}

//! Each half walks an index in order and ends at the limit, so the sort of both is as short.
void Composer::appendByChannel()
{
    m_out.text += '(' + select("i.seq") + " FROM intents i WHERE";
    appendSeqs("i.seq");
    m_out.text += " AND i.site = " + bytes(*m_query.site) + isChannel("i.channel");
    appendFilters();
    appendOrder("place");
    m_out.text += ") UNION ALL (" + select("i.seq") + " FROM intent_channels c JOIN intents i ON i.seq = c.seq WHERE";
    appendSeqs("c.seq");
    m_out.text += " AND c.site = " + bytes(*m_query.site) + isChannel("c.channel");
    appendFilters();
    appendOrder("place");
    m_out.text += ')';
    appendOrder("place");
}

PgQuery Composer::log() &&
{
    if (m_query.site && m_query.channel && !m_query.byInsertion) {
        appendByChannel();
    } else {
        m_out.text += select("i.seq") + " FROM intents i WHERE";
        appendSeqs("i.seq");
        appendPlace();
        appendFilters();
        appendOrder("place");
    }
    m_out.text = outerSelect("place", m_out.text);
    return std::move(m_out);
}

PgQuery Composer::inbox() &&
{
    m_out.text += select("i.position") + " FROM inbox i WHERE true";
    appendPlace();
    appendFilters();
    appendOrder("place");
    m_out.text = outerSelect("0::int8", m_out.text);
    return std::move(m_out);
}

} // namespace

PgQuery logQuery(const IntentQuery &query, quint64 lowestSeq)
{
    return Composer(query, lowestSeq).log();
}

PgQuery inboxQuery(const IntentQuery &query)
{
    return Composer(query, 0).inbox();
}

PgQuery seqsQuery(const IntentQuery &query, quint64 lowestSeq)
{
    PgQuery out;
    out.text =
        "SELECT seq, " + PgRows::columns() + " FROM intents WHERE seq = ANY($1) AND seq >= $2 ORDER BY seq LIMIT $3";
    out.parameters.addIntegerList(query.seqs);
    out.parameters.addInteger(qint64(lowestSeq));
    out.parameters.addInteger(std::max<qsizetype>(query.limit, 0));
    return out;
}

PgQuery reasonsQuery(quint64 lowestSeq)
{
    PgQuery out;
    out.text = "SELECT reason, count(*) FROM (SELECT reasons FROM intents WHERE seq >= $1 UNION ALL "
               "SELECT reasons FROM inbox) lists CROSS JOIN LATERAL "
               "(SELECT DISTINCT unnest(lists.reasons) AS reason) each GROUP BY reason ORDER BY reason";
    out.parameters.addInteger(qint64(lowestSeq));
    return out;
}

} // namespace Tidegate
