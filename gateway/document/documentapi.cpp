// SPDX-License-Identifier: MIT
#include "document/documentapi.h"

#include "document/documentregistry.h"

#include <QPromise>

namespace Tidegate {

namespace {

//! Runs \p verb(done) on the core thread. A promise that is dropped on the way cancels its future.
template <typename Verb>
QFuture<Result<void>> ask(TaskQueue &core, qsizetype costBytes, Verb verb)
{
    auto promise = std::make_shared<QPromise<Result<void>>>();
    promise->start();
    const QFuture<Result<void>> future = promise->future();
    core.post(
        [promise, verb = std::move(verb)]() mutable {
            verb([promise](const Result<void> &outcome) {
                promise->addResult(outcome);
                promise->finish();
            });
        },
        costBytes);
    return future;
}

} // namespace

QFuture<Result<void>> DocumentApi::put(const QByteArray &id, const QByteArray &state)
{
    DocumentRegistry &documents = m_documents;
    return ask(m_core, state.size() + id.size() + 256,
               [&documents, id, state](DocumentDone done) { documents.put(id, state, std::move(done)); });
}

QFuture<Result<void>> DocumentApi::remove(const QByteArray &id)
{
    DocumentRegistry &documents = m_documents;
    return ask(m_core, id.size() + 256, [&documents, id](DocumentDone done) { documents.remove(id, std::move(done)); });
}

} // namespace Tidegate
