// SPDX-License-Identifier: MIT
#pragma once

#include "http/requestcontext.h"

namespace Tidegate {

class DocumentApi;
class RouteTable;

//! PUT and DELETE /admin/sharedata/ID: a shared document is made or replaced, or removed. For staff, and for programs
//! that show the configured token in x-admin-token.
class ShareDataRoutes
{
public:
    //! \p documents null: documents are not served, and neither are these routes.
    ShareDataRoutes(DocumentApi *documents, const QByteArray &token);
    void addTo(RouteTable &table);

private:
    bool isTrusted(const RequestContext &request) const;
    void refuse(const RequestPtr &request) const;

    DocumentApi *const m_documents;
    const QByteArray m_tokenHash; //!< empty when there is no token
};

} // namespace Tidegate
