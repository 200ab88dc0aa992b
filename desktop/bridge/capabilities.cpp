// SPDX-License-Identifier: MIT
#include "desktop/bridge/capabilities.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>

namespace Tidegate::Desktop {

using namespace Qt::StringLiterals;

namespace {

QString prefixOf(RequestKind kind)
{
    switch (kind) {
    case RequestKind::Command:
        return u"command:"_s;
    case RequestKind::Event:
        return u"event:"_s;
    case RequestKind::Link:
        return u"link:"_s;
    }
    return {};
}

QString wish(RequestKind kind, const QString &name)
{
    switch (kind) {
    case RequestKind::Command:
        return u"invoke command \"%1\""_s.arg(name);
    case RequestKind::Event:
        return u"listen to event \"%1\""_s.arg(name);
    case RequestKind::Link:
        return u"connect to \"%1\""_s.arg(name);
    }
    return {};
}

//! '*' stands for any characters, none included. Linear in text for each star, so a rule cannot make a check slow.
bool matches(QStringView pattern, QStringView text)
{
    qsizetype star = -1;
    qsizetype resumeAt = 0;
    qsizetype p = 0;
    qsizetype t = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == u'*') {
            star = p++;
            resumeAt = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star >= 0) {
            p = star + 1;
            t = ++resumeAt;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == u'*')
        ++p;
    return p == pattern.size();
}

QString firstMatch(const QStringList &patterns, QStringView text)
{
    const auto found = std::find_if(patterns.begin(), patterns.end(),
                                    [text](const QString &pattern) { return matches(pattern, text); });
    return found == patterns.end() ? QString() : *found;
}

Error broken(const QString &text)
{
    return {ErrorCode::InvalidContract, text};
}

bool isRule(const QString &text)
{
    static const std::array Kinds{RequestKind::Command, RequestKind::Event, RequestKind::Link};
    return std::any_of(Kinds.begin(), Kinds.end(), [&](RequestKind kind) {
        const QString prefix = prefixOf(kind);
        return text.startsWith(prefix) && text.size() > prefix.size();
    });
}

Result<QStringList> readList(const QJsonObject &object, const QString &key, const QString &where, bool isOfRules)
{
    const QJsonValue value = object.value(key);
    if (value.isUndefined())
        return QStringList();
    if (!value.isArray())
        return broken(u"%1: \"%2\" is not a list"_s.arg(where, key));
    QStringList list;
    for (const QJsonValue &item : value.toArray()) {
        const QString text = item.toString();
        if (text.isEmpty())
            return broken(u"%1: \"%2\" has an entry that is not a text"_s.arg(where, key));
        if (isOfRules && !isRule(text))
            return broken(
                u"%1: \"%2\" in \"%3\" is no rule; rules begin with command:, event: or link:"_s.arg(where, text, key));
        list.append(text);
    }
    if (list.size() > Capabilities::MaxRulesPerEntry)
        return broken(u"%1: \"%2\" has more than %3 entries"_s.arg(where, key).arg(Capabilities::MaxRulesPerEntry));
    return list;
}

} // namespace

Result<Capabilities> Capabilities::parse(const QByteArray &json, const QString &source)
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(json, &problem);
    if (problem.error != QJsonParseError::NoError)
        return broken(u"%1: at byte %2: %3"_s.arg(source).arg(problem.offset).arg(problem.errorString()));
    const QJsonValue listed = document.object().value("capabilities"_L1);
    if (!listed.isArray())
        return broken(u"%1: there is no list \"capabilities\""_s.arg(source));
    const QJsonArray entries = listed.toArray();
    if (entries.size() > MaxEntries)
        return broken(u"%1: more than %2 capabilities"_s.arg(source).arg(MaxEntries));

    static const QStringList Known{u"name"_s, u"windows"_s, u"allow"_s, u"deny"_s};
    Capabilities capabilities;
    capabilities.m_source = source;
    for (qsizetype i = 0; i < entries.size(); ++i) {
        const QJsonObject object = entries.at(i).toObject();
        Entry entry;
        entry.name = object.value("name"_L1).toString(QString::number(i + 1));
        const QString where = u"%1: capability \"%2\""_s.arg(source, entry.name);
        // A misspelt "deny" must not become a permission.
        for (const QString &key : object.keys()) {
            if (!Known.contains(key))
                return broken(u"%1: unknown key \"%2\"; known are %3"_s.arg(where, key, Known.join(u", "_s)));
        }
        for (const auto &[key, target, isOfRules] :
             {std::tuple(u"windows"_s, &entry.windows, false), std::tuple(u"allow"_s, &entry.allow, true),
              std::tuple(u"deny"_s, &entry.deny, true)}) {
            auto list = readList(object, key, where, isOfRules);
            if (!list)
                return list.error();
            *target = std::move(*list);
        }
        if (entry.windows.isEmpty())
            return broken(u"%1: \"windows\" names no window"_s.arg(where));
        capabilities.m_entries.push_back(std::move(entry));
    }
    return capabilities;
}

Result<Capabilities> Capabilities::load(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorCode::NotFound, u"%1: %2"_s.arg(path, file.errorString())};
    const QByteArray bytes = file.read(MaxFileBytes + 1);
    if (bytes.size() > MaxFileBytes)
        return Error{ErrorCode::TooLarge, u"%1: more than %2 bytes"_s.arg(path).arg(MaxFileBytes)};
    return parse(bytes, path);
}

const Capabilities::Entry *Capabilities::entryOf(const QString &window) const
{
    for (const Entry &entry : m_entries) {
        if (!firstMatch(entry.windows, window).isEmpty())
            return &entry;
    }
    return nullptr;
}

Verdict Capabilities::check(const QString &window, RequestKind kind, const QString &name) const
{
    const QString asked = prefixOf(kind) + name;
    const QString refusal = u"window \"%1\" may not %2: "_s.arg(window, wish(kind, name));
    QString allowedBy;
    for (const Entry &entry : m_entries) {
        if (firstMatch(entry.windows, window).isEmpty())
            continue;
        if (const QString denied = firstMatch(entry.deny, asked); !denied.isEmpty())
            return {false, denied,
                    refusal + u"rule \"%1\" in \"deny\" of capability \"%2\" forbids it; remove that line from %3 "
                              "to permit it"_s.arg(denied, entry.name, m_source)};
        if (allowedBy.isEmpty())
            allowedBy = firstMatch(entry.allow, asked);
    }
    if (!allowedBy.isEmpty())
        return {true, allowedBy, {}};
    if (const Entry *entry = entryOf(window))
        return {false,
                {},
                refusal + u"no rule allows it; add the line \"%1\" to \"allow\" of capability \"%2\" in %3"_s.arg(
                              asked, entry->name, m_source)};
    return {false,
            {},
            refusal + u"no capability is for this window; add the line {\"name\": \"%1\", \"windows\": [\"%1\"], "
                      "\"allow\": [\"%2\"]} to \"capabilities\" in %3"_s.arg(window, asked, m_source)};
}

} // namespace Tidegate::Desktop
