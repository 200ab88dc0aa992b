// SPDX-License-Identifier: MIT
#include "admin/local/policy.h"

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;

namespace {

QString named(Role role)
{
    return QString::fromUtf8(roleName(role));
}

PolicyAnswer byRole(const Principal &principal, Role needed, const QString &what, const QString &rule)
{
    const bool isAllowed = principal.may(needed);
    return {isAllowed, u"%1 needs the role %2; this is %3"_s.arg(what, named(needed), named(principal.role)), rule};
}

} // namespace

PolicyAnswer explainPolicy(Ssma::Service &service, const PolicyQuestion &question, const Principal &principal)
{
    const Ssma::Profile &profile = service.profile();
    const QByteArray site = question.site.isEmpty() ? QByteArray("default") : question.site.toUtf8();
    if (!principal.site.isEmpty() && principal.site != site && !principal.may(Role::System))
        return {false, u"the account is bound to site \"%1\""_s.arg(QString::fromUtf8(principal.site)),
                u"site-binding"_s};
    if (question.action == "write"_L1) {
        if (profile.requireAuthWrites && principal.isGuest())
            return {false, u"writing needs a login"_s, u"auth.require_auth_writes"_s};
        return {true, u"whoever connects as leader may write"_s, u"auth.require_auth_writes"_s};
    }
    if (question.action == "island"_L1) {
        const QByteArray island = question.channel.toUtf8();
        if (!profile.islandsEnabled)
            return {false, u"all islands are switched off"_s, u"ssma.islands_enabled"_s};
        if (profile.disabledIslands.contains(island))
            return {false, u"this island is switched off"_s, u"ssma.disabled_islands"_s};
        return byRole(principal, profile.islands.roleFor(island), u"island \"%1\""_s.arg(question.channel),
                      u"ssma.islands"_s);
    }
    const Ssma::ChannelSpec *spec = service.registry().find(question.channel.toUtf8());
    if (!spec)
        return {false, u"channel \"%1\" is not registered"_s.arg(question.channel), u"ssma.channels"_s};
    return byRole(principal, spec->rule.access, u"channel \"%1\""_s.arg(question.channel), u"ssma.channels"_s);
}

} // namespace Tidegate::Admin
