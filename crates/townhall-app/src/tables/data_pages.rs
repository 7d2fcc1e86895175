//! Pages about tables, kept as documents.

use townhall_charts::DataPage;
use townhall_model::{ErrorKind, TableId};
use townhall_store::{Actor, Document, NewDocument};

use super::Tables;
use crate::{Audience, Error};

/// The kind of documents that pages are kept as. A page is called like its table.
pub const DATA_PAGE: &str = "data-page";

/// A page and the revision of its document.
#[derive(Debug, Clone)]
pub struct KeptPage {
    /// The page.
    pub page: DataPage,
    /// Its text as it was written.
    pub text: String,
    /// The number of the revision.
    pub revision: u32,
}

/// What became of a page that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageWritten {
    /// The number of the revision in force.
    pub revision: u32,
}

impl Tables<'_> {
    /// The page about a table, if there is one.
    pub async fn data_page(&self, audience: Audience, id: TableId) -> Result<Option<KeptPage>, Error> {
        self.find(audience, id).await?;
        let found = self.app.store().document(DATA_PAGE, &id.to_string()).await?;
        found.map(kept).transpose()
    }

    /// The pages there are, those after a table, with the titles of their documents.
    pub async fn data_pages(
        &self,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<(TableId, String, u32)>, Error> {
        let documents = self.app.store().documents(DATA_PAGE, None, after, limit).await?;
        Ok(documents
            .into_iter()
            .filter_map(|document| Some((document.name.parse().ok()?, document.title, document.revision)))
            .collect())
    }

    /// A page to begin with.
    pub async fn draft_page(&self, audience: Audience, id: TableId) -> Result<DataPage, Error> {
        let facts = self.chart_facts(audience, id, None, &Default::default()).await?;
        Ok(DataPage::draft(&facts.table.table.dataset_title, &facts.fields))
    }

    /// Writes the page about a table, after checking that the table has what it speaks of.
    pub async fn put_data_page(&self, actor: &Actor, id: TableId, text: &str) -> Result<PageWritten, Error> {
        let page = DataPage::read(text)?;
        let facts = self.chart_facts(Audience::Staff, id, None, &page.roles).await?;
        page.check(&facts.fields)?;
        let new = NewDocument {
            kind: DATA_PAGE.to_owned(),
            name: id.to_string(),
            subject: Some(id.to_string()),
            title: page.title,
            text: text.to_owned(),
        };
        Ok(PageWritten { revision: self.app.store().put_document(actor, &new).await? })
    }

    /// The newest revisions of the page about a table.
    pub async fn data_page_revisions(&self, id: TableId, limit: u32) -> Result<Vec<Document>, Error> {
        self.find(Audience::Staff, id).await?;
        Ok(self.app.store().document_revisions(DATA_PAGE, &id.to_string(), limit).await?)
    }

    /// Puts an earlier revision of a page in force again, as a new one.
    pub async fn restore_data_page(
        &self,
        actor: &Actor,
        id: TableId,
        revision: u32,
    ) -> Result<PageWritten, Error> {
        let all = self.data_page_revisions(id, u32::MAX >> 1).await?;
        let earlier = all.into_iter().find(|one| one.revision == revision);
        let earlier = earlier.ok_or_else(|| Error::not_found("revision", &revision.to_string()))?;
        self.put_data_page(actor, id, &earlier.text).await
    }

    /// Takes the page about a table away; its revisions stay. Returns whether there was one.
    pub async fn retire_data_page(&self, actor: &Actor, id: TableId) -> Result<bool, Error> {
        self.find(Audience::Staff, id).await?;
        Ok(self.app.store().retire_document(actor, DATA_PAGE, &id.to_string()).await?)
    }
}

fn kept(document: Document) -> Result<KeptPage, Error> {
    let page = DataPage::read(&document.text).map_err(|problem| {
        Error::new(
            ErrorKind::Internal,
            format!("the page of table `{}` can't be used: {problem}", document.name),
        )
    })?;
    Ok(KeptPage { page, text: document.text, revision: document.revision })
}
