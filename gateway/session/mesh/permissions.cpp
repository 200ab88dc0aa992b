// SPDX-License-Identifier: MIT
#include "session/mesh/permissions.h"

#include "cluster/nodesubjects.h"
#include "mesh/subject.h"

#include <algorithm>

namespace Tidegate::Mesh {

namespace {

bool has(const QByteArrayList &names, const char *name)
{
    return std::any_of(names.begin(), names.end(),
                       [name](const QByteArray &each) { return each.compare(name, Qt::CaseInsensitive) == 0; });
}

template <typename Test>
bool any(const QByteArrayList &patterns, Test test)
{
    return std::any_of(patterns.begin(), patterns.end(), test);
}

} // namespace

bool lets(const DeliveryFilter &filter, QByteArrayView subject)
{
    return !filter || !any(*filter, [&](const QByteArray &pattern) { return matches(pattern, subject); });
}

Permissions::Permissions(const Claims &claims)
    : m_mayPublish(has(claims.permissions, "publish"))
    , m_maySubscribe(has(claims.permissions, "subscribe"))
    , m_mayRequest(has(claims.permissions, "request"))
    , m_mayServe(has(claims.permissions, "serve"))
    , m_allowed(claims.allowedSubjects)
{
    QByteArrayList denied = claims.deniedSubjects;
    denied.append(NodeSubjectPrefix + '>');
    for (const char *reserved : {"_INBOX.", "$SYS.", "$JS.", "$KV."}) {
        if (!any(m_allowed, [&](const QByteArray &pattern) { return pattern.startsWith(reserved); }))
            denied.append(reserved + QByteArray(">"));
    }
    m_denied = std::make_shared<const QByteArrayList>(std::move(denied));
}

bool Permissions::mayUse(QByteArrayView subject) const
{
    const auto covers = [&](const QByteArray &pattern) { return matches(pattern, subject); };
    return lets(m_denied, subject) && (m_allowed.isEmpty() || any(m_allowed, covers));
}

bool Permissions::mayUseAll(QByteArrayView pattern) const
{
    // Read as text too, as the original does: there a denied "a.*" refuses "a.>".
    const bool isDenied =
        any(*m_denied, [&](const QByteArray &denied) { return matches(denied, pattern) || isSubset(pattern, denied); });
    return !isDenied && (m_allowed.isEmpty() ||
                         any(m_allowed, [&](const QByteArray &allowed) { return isSubset(pattern, allowed); }));
}

DeliveryFilter Permissions::filterFor(QByteArrayView pattern) const
{
    const bool isMet = any(*m_denied, [&](const QByteArray &denied) { return overlaps(denied, pattern); });
    return isMet ? m_denied : DeliveryFilter();
}

} // namespace Tidegate::Mesh
