// SPDX-License-Identifier: MIT
#pragma once

#include "channel/lagpolicy.h"
#include "document/documentrules.h"

#include <QByteArrayList>
#include <QString>
#include <QUrl>

#include <map>

namespace Tidegate {

using TextTable = std::map<QByteArray, QByteArray>;

//! Shared documents and the dialect that carries them.
struct ShareDataSettings
{
    bool enabled = false;
    TextTable tokens;                  //!< static token to "subject" or "subject:role"
    TextTable issuers;                 //!< of JWTs, to the PEM file with the public key
    QByteArray audience = "SHAREDATA"; //!< that these must be for
    QUrl authUrl;                      //!< who asks there whom a token stands for; empty = nobody
    QUrl accessUrl;                    //!< the same for what an identity may; empty = the rules decide
    qint64 authTimeoutMs = 3'000;
    bool acceptSessions = true; //!< session tokens of this gateway
    bool endsWithToken = true;
    bool queryTokens = true;     //!< "?token=" counts
    qint64 ticketTtlMs = 30'000; //!< 0 = no tickets
    QByteArrayList subscribeRules;
    QByteArrayList proposeRules;
    TextTable functions; //!< id to "kind" or "kind=argument"
    DocumentRules documents;
    qint64 functionTimeoutMs = 5'000;
    QString path;          //!< never empty after loadConfig
    QByteArray adminToken; //!< of PUT and DELETE /admin/sharedata/ID; empty = staff only
    qint64 maxBufferedBytes = 1024 * 1024;
    LagPolicy overflow = LagPolicy::Close; //!< or Conflate
    int replayCount = 100;
    qint64 replayBytes = 4 * 1024 * 1024;
    qint64 replayAgeMs = 0;
    bool replayStates = false;
    qint64 historyMax = 100'000;
    qint64 maxDocumentBytes = 1024 * 1024;
    int maxDocuments = 10'000;
    qint64 maxTotalBytes = 256LL * 1024 * 1024;
    int maxSubscriptions = 1024;
    int messageMax = 10'000;
    qint64 messageWindowMs = 10'000;
    int unknownMax = 60;
    qint64 unknownWindowMs = 10'000;
    bool hideUnknown = false;
    bool hideErrorTexts = false;
};

} // namespace Tidegate
