// SPDX-License-Identifier: MIT
#pragma once

#include "backend/requestpool.h"
#include "session/sharedata/identity.h"

namespace Tidegate::ShareData {

//! Asks other programs over HTTP who a token stands for and what an identity may. Whatever is no clear yes (another
//! status, no answer in time, an unusable answer) is a no. Core thread.
class RemoteAccess
{
public:
    struct Config
    {
        QUrl authUrl;   //!< empty: not asked
        QUrl accessUrl; //!< empty: not asked
        RequestPoolConfig pool = {};
    };

    RemoteAccess(Config config, const Clock &clock);

    bool identifies() const { return !m_config.authUrl.isEmpty(); }
    bool decides() const { return !m_config.accessUrl.isEmpty(); }

    //! POST {"token":...,"address":...}; the answer is {"subject":...,"claims":{...},"expiresAt":ms}, the last two not
    //! needed. \p done runs once.
    void identify(const QByteArray &token, const QByteArray &address,
                  std::function<void(std::optional<Identity>)> done);
    //! POST
    //! {"action":"subscribe"|"propose","documentId":...,"functionId":...,"context":{"subject":...,"claims":{...}}}; the
    //! answer is {"allowed":true}. \p functionId empty = it is about subscribing.
    void decide(const Identity &identity, const QByteArray &documentId, const QByteArray &functionId,
                std::function<void(bool)> done);

private:
    const Config m_config;
    RequestPool m_pool;
};

std::optional<Identity> identityOf(const HttpAnswer &answer);
bool isAllowing(const HttpAnswer &answer);

} // namespace Tidegate::ShareData
