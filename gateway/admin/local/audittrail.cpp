// SPDX-License-Identifier: MIT
#include "admin/local/audittrail.h"

#include "base/logging.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>

#include <unistd.h>

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxShownTargets = 10;

QByteArray lineOf(const QJsonObject &entry)
{
    return QJsonDocument(entry).toJson(QJsonDocument::Compact) + '\n';
}

QString outcomeName(const Result<CommandOutcome> &outcome)
{
    if (!outcome)
        return outcome.error().code == ErrorCode::Forbidden ? u"refused"_s : u"failed"_s;
    if (outcome->errors.isEmpty())
        return u"done"_s;
    return outcome->affected > 0 ? u"partial"_s : u"failed"_s;
}

} // namespace

AuditTrail::AuditTrail(const QString &path)
    : m_file(path)
{
    if (!path.isEmpty())
        load();
}

void AuditTrail::load()
{
    if (m_file.open(QIODevice::ReadOnly)) {
        while (!m_file.atEnd()) {
            const QJsonObject entry = QJsonDocument::fromJson(m_file.readLine()).object();
            ++m_linesInFile;
            if (entry.isEmpty())
                continue;
            m_entries.push_back(entry);
            if (m_entries.size() > MaxEntries)
                m_entries.pop_front();
        }
        m_file.close();
    }
    if (!m_entries.empty())
        m_newest = m_entries.back()[u"number"_s].toInteger();
    if (m_file.open(QIODevice::WriteOnly | QIODevice::Append))
        m_file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    else
        qCWarning(lcApp, "audit not kept: %s: %s", qPrintable(m_file.fileName()), qPrintable(m_file.errorString()));
}

void AuditTrail::record(const Operator &who, const CommandCall &call, const Result<CommandOutcome> &outcome,
                        qint64 nowMs)
{
    const QStringList shown = call.keys.first(std::min(call.keys.size(), MaxShownTargets));
    append({{u"number"_s, ++m_newest},
            {u"at"_s, nowMs},
            {u"actor"_s, who.name},
            {u"role"_s, operatorRoleName(who.role)},
            {u"address"_s, who.address},
            {u"action"_s, call.resource + u'.' + call.command},
            {u"targets"_s, QJsonArray::fromStringList(shown)},
            {u"targetCount"_s, qint64(call.keys.size())},
            {u"args"_s, call.args},
            {u"outcome"_s, outcomeName(outcome)},
            {u"text"_s, outcome ? outcome->text : outcome.error().text}});
}

void AuditTrail::append(const QJsonObject &entry)
{
    m_entries.push_back(entry);
    if (m_entries.size() > MaxEntries)
        m_entries.pop_front();
    if (!m_file.isOpen())
        return;
    if (++m_linesInFile > 2 * MaxEntries) {
        rewrite();
        return;
    }
    const QByteArray line = lineOf(entry);
    if (m_file.write(line) != line.size() || !m_file.flush() || ::fdatasync(m_file.handle()) != 0)
        qCCritical(lcApp, "audit entry lost: %s: %s", qPrintable(m_file.fileName()), qPrintable(m_file.errorString()));
}

void AuditTrail::rewrite()
{
    QSaveFile file(m_file.fileName());
    if (!file.open(QIODevice::WriteOnly))
        return;
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    for (const QJsonObject &entry : m_entries)
        file.write(lineOf(entry));
    m_file.close();
    if (file.commit())
        m_linesInFile = m_entries.size();
    if (!m_file.open(QIODevice::WriteOnly | QIODevice::Append))
        qCCritical(lcApp, "audit not kept: %s: %s", qPrintable(m_file.fileName()), qPrintable(m_file.errorString()));
}

void AuditTrail::collect(Answer<TablePtr> done)
{
    done(TablePtr(std::make_shared<ObjectTable>(QList<QJsonObject>(m_entries.begin(), m_entries.end()))));
}

} // namespace Tidegate::Admin
