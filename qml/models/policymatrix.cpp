// SPDX-License-Identifier: MIT
#include "qml/models/policymatrix.h"

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

QStringList PolicyMatrix::roles()
{
    return {u"guest"_s, u"user"_s, u"staff"_s, u"admin"_s};
}

void PolicyMatrix::ask(const QString &user, const QString &site, const QString &channel)
{
    ++m_generation;
    m_answers.clear();
    m_waiting = 0;
    if (m_session && m_session->isOnline()) {
        const QStringList actions = m_session->policyActions();
        for (const QString &action : actions) {
            for (const QString &role : roles())
                askOne(role + u'/' + action, {{}, role, site, channel, action});
            if (!user.isEmpty())
                askOne(u"person/"_s + action, {user, {}, site, channel, action});
        }
    }
    Q_EMIT answered();
}

void PolicyMatrix::askOne(const QString &key, const Admin::PolicyQuestion &question)
{
    ++m_waiting;
    m_session->port()->explain(question, this,
                               [this, key, generation = m_generation](const Result<Admin::PolicyAnswer> &answer) {
                                   if (generation != m_generation)
                                       return;
                                   --m_waiting;
                                   if (answer)
                                       m_answers.insert(key, QVariantMap{{u"isAllowed"_s, answer->isAllowed},
                                                                         {u"reason"_s, answer->reason},
                                                                         {u"rule"_s, answer->rule}});
                                   else
                                       m_answers.insert(key, QVariantMap{{u"error"_s, answer.error().text}});
                                   Q_EMIT answered();
                               });
}

} // namespace Tidegate::Console
