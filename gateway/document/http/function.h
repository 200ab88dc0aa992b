// SPDX-License-Identifier: MIT
#pragma once

#include "backend/requestpool.h"
#include "document/documentfunction.h"

namespace Tidegate {

//! A function that another program decides (ShareData spec section 11): the evaluation goes to \p url as JSON by POST,
//! and the answer is {"decision":"accepted","state":...}, {"decision":"rejected","reason":...} or
//! {"decision":"failed","error":...}. Anything else fails the proposal with a text that says nothing of the answer.
//! Core thread.
class HttpDocumentFunction final : public DocumentFunction
{
public:
    //! \p pool.timeout is the deadline, waiting included.
    HttpDocumentFunction(QUrl url, RequestPoolConfig pool, const Clock &clock);

    void evaluate(const Evaluation &evaluation, Done done) override;

private:
    const QUrl m_url;
    RequestPool m_pool;
};

// The bodies; pure.
QByteArray evaluationJson(const Evaluation &evaluation);
Ruling rulingOf(const HttpAnswer &answer);
//! The same for a repeated attempt of the same proposal and no other: id, epoch, number, and a hash of what is asked.
QByteArray idempotencyKeyOf(const Evaluation &evaluation);

} // namespace Tidegate
