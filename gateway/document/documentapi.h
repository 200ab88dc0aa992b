// SPDX-License-Identifier: MIT
#pragma once

#include "base/taskqueue.h"
#include "wire/result.h"

#include <QFuture>

namespace Tidegate {

class DocumentRegistry;

//! Documents for callers on other threads: every call is safe from any thread, and its future always finishes.
class DocumentApi
{
public:
    //! \p documents is touched in tasks posted to \p core only.
    DocumentApi(TaskQueue &core, DocumentRegistry &documents)
        : m_core(core)
        , m_documents(documents)
    {
    }

    //! Makes the document or replaces its state, which is any JSON text. Done when it is stored and published.
    QFuture<Result<void>> put(const QByteArray &id, const QByteArray &state);
    QFuture<Result<void>> remove(const QByteArray &id);

private:
    TaskQueue &m_core;
    DocumentRegistry &m_documents;
};

} // namespace Tidegate
